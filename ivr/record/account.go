package record

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"infolinia/ivr"
)

const accountColumns = `login, name, role, hash, queues, skills, device, disabled, changed`

// Account is the account of a login; ivr.ErrNoAccount: there is none.
func (r *Records) Account(ctx context.Context, login string) (ivr.Account, error) {
	if err := r.ready(ctx); err != nil {
		return ivr.Account{}, err
	}
	a, err := scanAccount(r.read.QueryRowContext(ctx, `SELECT `+accountColumns+` FROM accounts WHERE login = $1`, login))
	if errors.Is(err, sql.ErrNoRows) {
		err = ivr.ErrNoAccount
	}
	if err != nil {
		return ivr.Account{}, fmt.Errorf("read account %s: %w", login, err)
	}
	return a, nil
}

// Accounts are all, by login.
func (r *Records) Accounts(ctx context.Context) ([]ivr.Account, error) {
	if err := r.ready(ctx); err != nil {
		return nil, err
	}
	rows, err := r.read.QueryContext(ctx, `SELECT `+accountColumns+` FROM accounts ORDER BY login`)
	if err != nil {
		return nil, fmt.Errorf("list accounts: %w", err)
	}
	defer rows.Close()
	var list []ivr.Account
	for rows.Next() {
		a, err := scanAccount(rows)
		if err != nil {
			return nil, fmt.Errorf("list accounts: %w", err)
		}
		list = append(list, a)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list accounts: %w", err)
	}
	return list, nil
}

// PutAccount makes an account, or changes the one of its login.
func (r *Records) PutAccount(ctx context.Context, a ivr.Account) error {
	if err := r.ready(ctx); err != nil {
		return err
	}
	queues, err := json.Marshal(a.Queues)
	if err != nil {
		return fmt.Errorf("write account %s: %w", a.Login, err)
	}
	skills, err := json.Marshal(a.Skills)
	if err != nil {
		return fmt.Errorf("write account %s: %w", a.Login, err)
	}
	_, err = r.write.ExecContext(ctx, `INSERT INTO accounts (`+accountColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (login) DO UPDATE SET name = excluded.name, role = excluded.role, hash = excluded.hash, queues = excluded.queues,
			skills = excluded.skills, device = excluded.device, disabled = excluded.disabled, changed = excluded.changed`,
		a.Login, a.Name, string(a.Role), a.Hash, string(queues), string(skills), a.Device, a.Disabled, a.Changed.UnixMilli())
	if err != nil {
		return fmt.Errorf("write account %s: %w", a.Login, err)
	}
	return nil
}

// RemoveAccount deletes an account; ivr.ErrNoAccount: there is none.
func (r *Records) RemoveAccount(ctx context.Context, login string) error {
	if err := r.ready(ctx); err != nil {
		return err
	}
	done, err := r.write.ExecContext(ctx, `DELETE FROM accounts WHERE login = $1`, login)
	if err != nil {
		return fmt.Errorf("delete account %s: %w", login, err)
	}
	if n, err := done.RowsAffected(); err == nil && n == 0 {
		return fmt.Errorf("delete account %s: %w", login, ivr.ErrNoAccount)
	}
	return nil
}

func scanAccount(row interface{ Scan(...any) error }) (a ivr.Account, err error) {
	var queues, skills string
	var changed int64
	err = row.Scan(&a.Login, &a.Name, &a.Role, &a.Hash, &queues, &skills, &a.Device, &a.Disabled, &changed)
	if err == nil {
		err = errors.Join(json.Unmarshal([]byte(queues), &a.Queues), json.Unmarshal([]byte(skills), &a.Skills))
	}
	a.Changed = time.UnixMilli(changed).UTC()
	return a, err
}
