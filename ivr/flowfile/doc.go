// Package flowfile is the only reader of what staff write in YAML: flows, the
// line, opening hours, notices, look-ups, queues and the articles of the
// knowledge base. It yields a compiled flow.Program and an ivr.Content, or all
// problems at once, each with its file, line and column, quoting the offending
// name or value and naming the remedy.
//
// Reading has three stages. A file becomes a tree of nodes that know their
// place (tree.go); the tree is held against a table of the keys and values that
// may stand there (form.go, table_*.go), from which the JSON Schema for editors
// is derived too (schema.go); then the parts are built and compiled, one file
// per node type, and the whole is looked at as a graph (graph.go and what
// follows it).
//
// Choices where the language is silent:
//
//   - anchors, aliases, merge keys and tags are refused: a text that is needed
//     twice is a named prompt;
//   - a bare word in a prompt is looked up among the flow's prompts, the line's
//     prompts and then the engine's phrases;
//   - a collect's term char is # unless it says otherwise, as in VoiceXML 2.1
//     (`term_char: ""` is none); min is 1, max is 32 digits;
//   - a text in a language that the line does not support is an error in
//     callflows/ and a warning in kb/;
//   - texts of articles and notices may call helpers, but read no variables.
package flowfile
