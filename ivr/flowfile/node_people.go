package flowfile

import (
	"maps"
	"slices"
	"time"

	"infolinia/ivr/flow"
)

func (b *builder) queue() flow.Kind {
	b.s.person = true
	b.refers("queue", queuesFile, slices.Collect(maps.Keys(b.content.Queues)))
	return &flow.QueueUp{Ref: b.n.get("ref").str(), Cases: b.cases(nil)}
}

func (b *builder) transfer() flow.Kind {
	b.s.person = true
	to := b.n.get("to")
	if to.str() != "" && nameText.parse(to.text) == nil {
		b.exists(to, "destination", "destinations of line.yaml", slices.Collect(maps.Keys(b.program.Destinations)))
	}
	return &flow.TransferTo{To: to.str(), Cases: b.cases(nil)}
}

func (b *builder) callback() flow.Kind {
	b.s.person = true
	b.listens()
	b.known(b.n.get("queue"), "queue", queuesFile, slices.Collect(maps.Keys(b.content.Queues)))
	return &flow.CallBack{Queue: b.n.get("queue").str(), Next: b.to("next"), Cases: b.cases(nil)}
}

// longestMessage is the length of a voicemail that does not say otherwise.
const longestMessage = 2 * time.Minute

func (b *builder) voicemail() flow.Kind {
	b.s.person = true
	b.listens()
	k := &flow.Voicemail{Max: longestMessage, Box: b.n.get("box").str(), Report: b.n.get("as").str() == "report"}
	if nameText.parse(k.Box) == nil {
		b.exists(b.n.get("box"), "box", "boxes of line.yaml", slices.Collect(maps.Keys(b.program.Boxes)))
	}
	setDuration(&k.Max, b.n.get("max"))
	k.Prompt = b.say(b.n.get("prompt"), "prompt")
	sets := []string{"report_seconds"}
	if k.Report {
		sets = append(sets, "report_number")
	}
	k.Next = b.to("next", sets...)
	k.Cases = b.cases(nil)
	return k
}

func (b *builder) sms() flow.Kind {
	n := b.n
	k := &flow.SMS{Article: n.get("article").str()}
	switch {
	case n.has("text") && n.has("article"):
		b.errorf(n.get("article").keyAt(), "%s has both text and article; keep one", n.name())
	case !n.has("text") && !n.has("article"):
		b.errorf(n.keyAt(), "%s, an sms node, has nothing to send; write text: {pl: …} or article: ID", n.name())
	}
	if n.has("text") {
		k.Text = b.id + ".text"
		_, reads := b.addText(k.Text, n.get("text"))
		delete(b.spoken, k.Text) // it is read, not heard
		b.s.reads = append(b.s.reads, reads...)
	}
	b.article(n.get("article"))
	if a, there := b.content.Articles[k.Article]; there && len(a.SMS) == 0 {
		b.errorf(n.get("article").at, "article: %q has no text for an SMS; write sms: {pl: …} in it", k.Article)
	}
	k.Next = b.to("next")
	k.Cases = b.cases(nil)
	return k
}
