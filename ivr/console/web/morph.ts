// Brings a part of the page to what the server rendered, and leaves alone what is
// the same: focus, caret, scroll and open menus stay.

/** Makes old look like fresh. What has data-keep belongs to the scripts. */
export function morph(old: Element, fresh: Element): void {
  if (old.isEqualNode(fresh)) return;
  attributes(old, fresh);
  if (old instanceof HTMLTextAreaElement) untouched(old, fresh as HTMLTextAreaElement);
  if (owned(old)) return;
  children(old, fresh);
}

// Timers and fields are filled by the browser.
function owned(e: Element): boolean {
  return e.hasAttribute("data-since") || e.hasAttribute("data-until") || e instanceof HTMLTextAreaElement;
}

// A text that nobody has touched is the server's: a page that was rendered while
// the last words were still on their way gets them with the next push.
function untouched(old: HTMLTextAreaElement, fresh: HTMLTextAreaElement): void {
  if (old.value !== old.defaultValue || old.defaultValue === fresh.defaultValue) return;
  old.defaultValue = fresh.defaultValue;
  old.value = fresh.defaultValue;
}

// What is the browser's own, or the reader's: an open menu stays open.
const kept = new Set(["open", "value"]);

function attributes(old: Element, fresh: Element): void {
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && !kept.has(name)) old.removeAttribute(name);
  for (const { name, value } of [...fresh.attributes]) {
    if (!kept.has(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
}

/** What tells a child from its siblings; empty: only its kind does. */
function keyOf(node: Node | null): string {
  if (!(node instanceof HTMLElement)) return "";
  const d = node.dataset;
  if (node.id) return `${node.id}:${d.task ?? ""}`;
  if (d.key) return d.key;
  if (d.do || d.act) return [d.do, d.act, d.agent, d.queue, d.destination, d.reason, d.by, d.tone].join(":");
  return "";
}

function children(old: Element, fresh: Element): void {
  const coming = new Set(Array.from(fresh.childNodes, keyOf).filter(Boolean));
  let at = old.firstChild;
  for (const next of [...fresh.childNodes]) {
    const key = keyOf(next);
    const match = key ? [...old.children].find((c) => keyOf(c) === key) ?? null : similar(at, next) ? at : null;
    while (match && at && at !== match && !coming.has(keyOf(at))) at = dropped(at);
    if (!match) {
      old.insertBefore(next, at);
      continue;
    }
    if (match !== at) old.insertBefore(match, at);
    else at = at.nextSibling;
    same(match, next);
  }
  while (at) at = dropped(at);
}

function similar(at: Node | null, next: Node): boolean {
  return !!at && !keyOf(at) && at.nodeName === next.nodeName;
}

function dropped(node: ChildNode): ChildNode | null {
  const next = node.nextSibling;
  node.remove();
  return next;
}

function same(old: Node, next: Node): void {
  if (old instanceof Element && next instanceof Element) {
    if (!old.hasAttribute("data-keep")) morph(old, next);
  } else if (old.nodeValue !== next.nodeValue) old.nodeValue = next.nodeValue;
}
