package record

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"golang.org/x/sys/unix"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

//go:embed migrations
var migrations embed.FS

// Records is the database of the line. It may be used by several goroutines,
// and by several processes at once.
type Records struct {
	// read and write are the same handle for PostgreSQL. SQLite has one writer
	// and readers that do not wait for it.
	read, write *sql.DB
	dialect     goose.Dialect
	file        string // SQLite's

	opening chan struct{} // holds one: whoever has it may open
	opened  chan struct{} // closed once the tables are there
}

// IsPostgres tells a PostgreSQL DSN from the path of an SQLite file.
func IsPostgres(dsn string) bool {
	return strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://")
}

// Open takes the database of a DSN: postgres://…, or else the path of an SQLite
// file, which is made where it is missing. It connects and makes the tables at the
// first use, and tries again at the next one when that fails.
func Open(dsn string) (*Records, error) {
	r := &Records{file: dsn, opening: make(chan struct{}, 1), opened: make(chan struct{})}
	r.opening <- struct{}{}
	if IsPostgres(dsn) {
		config, err := pgx.ParseConfig(dsn)
		if err != nil {
			return nil, fmt.Errorf("open records: %w", err)
		}
		if config.ConnectTimeout == 0 {
			config.ConnectTimeout = 5 * time.Second
		}
		db := stdlib.OpenDB(*config)
		db.SetMaxOpenConns(8)
		db.SetConnMaxIdleTime(5 * time.Minute)
		r.read, r.write, r.dialect = db, db, goose.DialectPostgres
		return r, nil
	}
	file, err := filepath.Abs(dsn)
	if err != nil {
		return nil, fmt.Errorf("open records: %w", err)
	}
	r.file, r.dialect = file, goose.DialectSQLite3
	if r.write, err = openSQLite(file, "_txlock=immediate"); err != nil {
		return nil, err
	}
	r.write.SetMaxOpenConns(1)
	if r.read, err = openSQLite(file, "_pragma=query_only(1)"); err != nil {
		return nil, errors.Join(err, r.write.Close())
	}
	r.read.SetMaxOpenConns(4)
	return r, nil
}

// openSQLite: with the write-ahead log readers and the writer do not wait for each
// other; synchronous(FULL) because what was acknowledged must outlive a power cut.
func openSQLite(file, options string) (*sql.DB, error) {
	pragmas := "_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"
	name := url.URL{Scheme: "file", Path: file, RawQuery: pragmas + "&" + options}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, fmt.Errorf("open records: %w", err)
	}
	return db, nil
}

// Close ends all connections.
func (r *Records) Close() error {
	if r.read == r.write {
		return r.write.Close()
	}
	return errors.Join(r.read.Close(), r.write.Close())
}

// Ping asks whether the database answers and has its tables.
func (r *Records) Ping(ctx context.Context) error {
	if err := r.ready(ctx); err != nil {
		return err
	}
	if err := r.read.PingContext(ctx); err != nil {
		return fmt.Errorf("ask the records: %w", err)
	}
	return nil
}

// ready makes the tables once. Everything that uses them comes through here.
func (r *Records) ready(ctx context.Context) error {
	select {
	case <-r.opened:
		return nil
	default:
	}
	select {
	case <-r.opened:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-r.opening:
	}
	if err := r.migrate(ctx); err != nil {
		r.opening <- struct{}{}
		return fmt.Errorf("open records: %w", err)
	}
	close(r.opened)
	return nil
}

func (r *Records) migrate(ctx context.Context) error {
	unlock, err := r.alone(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(r.dialect, r.write, dir)
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

// applyLock and migrateLock are the numbers of PostgreSQL's advisory locks, for
// whoever changes the records of calls and tasks, and whoever makes the tables.
const (
	applyLock   = 0x696e666f // "info"
	migrateLock = applyLock + 1
)

// alone waits until no other process makes the tables.
func (r *Records) alone(ctx context.Context) (unlock func(), err error) {
	if r.dialect == goose.DialectPostgres {
		conn, err := r.write.Conn(ctx)
		if err != nil {
			return nil, err
		}
		if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", migrateLock); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
		return func() {
			_, _ = conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", migrateLock)
			_ = conn.Close()
		}, nil
	}
	return lockFile(r.file)
}

// lockFile makes an SQLite file that only its owner may read, and locks
// it beside: closing the file itself would end SQLite's own locks in this process.
func lockFile(file string) (unlock func(), err error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		return nil, err
	}
	for _, name := range []string{file, file + ".lock"} {
		if err := makeFile(name); err != nil {
			return nil, err
		}
	}
	lock, err := os.OpenFile(file+".lock", os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return func() { _ = lock.Close() }, nil
}

// makeFile makes a file where there is none. One made by root, who looks after
// the line, belongs to whom the directory belongs.
func makeFile(name string) error {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info, err := os.Stat(filepath.Dir(name)); err == nil && os.Geteuid() == 0 {
		if owner, ok := info.Sys().(*syscall.Stat_t); ok {
			err = file.Chown(int(owner.Uid), int(owner.Gid))
		}
		if err != nil {
			return errors.Join(err, file.Close())
		}
	}
	return file.Close()
}
