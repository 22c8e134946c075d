// Package publish brings what staff write to the line: it checks saved files as
// one snapshot, has new prompts rendered, and only then makes them current. When
// something is wrong the old version stays, and Status says why.
//
// The flows of a version (its Program) are pinned by each call that started
// with it; hours, notices, articles and queues are always the current ones.
// Versions are kept as zip files of their sources, in the store and below the
// folder Kept, so that a restart finds the program of every live call.
package publish
