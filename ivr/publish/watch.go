package publish

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// settle is how long files must lie still before they are read: an editor
// writes one file in several steps, and a checkout writes many.
const settle = 300 * time.Millisecond

// Watch makes saved files current, or compares them where they wait to be
// published, whenever one changes, until ctx ends.
func (p *Publisher) Watch(ctx context.Context) error {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watch the files: %w", err)
	}
	defer w.Close()
	if err := p.watchFolders(w); err != nil {
		return err
	}
	still := time.NewTimer(settle)
	still.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case e, ok := <-w.Events:
			if !ok {
				return nil
			}
			if e.Op != fsnotify.Chmod {
				still.Reset(settle)
			}
		case err, ok := <-w.Errors:
			if !ok {
				return nil
			}
			p.set.Log.Warn().Err(err).Msg("watching the files")
			still.Reset(settle)
		case <-still.C:
			if err := p.watchFolders(w); err != nil {
				p.set.Log.Warn().Err(err).Msg("watching the files")
			}
			p.changed(ctx)
		}
	}
}

func (p *Publisher) changed(ctx context.Context) {
	if p.set.Manual {
		p.Compare()
		return
	}
	if err := p.Publish(ctx); err != nil {
		p.set.Log.Error().Err(err).Msg("the saved files do not go live, the old version stays")
	}
}

// watchFolders watches every folder there is now; one watched already is no
// error.
func (p *Publisher) watchFolders(w *fsnotify.Watcher) error {
	for _, top := range []string{"callflows", "kb"} {
		err := filepath.WalkDir(filepath.Join(p.set.Dir, top), func(path string, d fs.DirEntry, err error) error {
			if os.IsNotExist(err) {
				return nil
			}
			if err != nil || !d.IsDir() {
				return err
			}
			return w.Add(path)
		})
		if err != nil {
			return fmt.Errorf("watch %s: %w", top, err)
		}
	}
	return nil
}
