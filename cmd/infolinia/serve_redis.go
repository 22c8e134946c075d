package main

import (
	"crypto/tls"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"infolinia/ivr/config"
	"infolinia/ivr/store"
)

// storeSettings reads where Redis is from the settings: redis://, rediss:// or
// unix://, or Sentinels.
func storeSettings(c *config.Config) (store.Settings, error) {
	s := store.Settings{Line: "infolinia", Password: string(c.Redis.Password)}
	if len(c.Redis.Sentinels) > 0 {
		s.Addrs, s.MasterName = c.Redis.Sentinels, c.Redis.Master
		return s, nil
	}
	u, err := url.Parse(c.Redis.URL)
	if err != nil {
		return s, fmt.Errorf("redis.url: %w", err)
	}
	switch u.Scheme {
	case "unix":
		s.Addrs = []string{u.Path}
	case "redis", "rediss":
		host := u.Host
		if u.Port() == "" {
			host += ":6379"
		}
		s.Addrs = []string{host}
		if u.Scheme == "rediss" {
			s.TLS = &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12}
		}
		if db := strings.Trim(u.Path, "/"); db != "" {
			if s.DB, err = strconv.Atoi(db); err != nil {
				return s, fmt.Errorf("redis.url: %q is no number of a database", db)
			}
		}
	default:
		return s, fmt.Errorf("redis.url: %q is none of redis://, rediss://, unix://", c.Redis.URL)
	}
	if u.User != nil {
		s.Username = u.User.Username()
		if password, ok := u.User.Password(); ok {
			s.Password = password
		}
	}
	return s, nil
}

// openStore makes the store that the settings name; it connects when it is
// used.
func openStore(c *config.Config) (*store.Store, error) {
	s, err := storeSettings(c)
	if err != nil {
		return nil, err
	}
	return store.OpenRedis(s), nil
}
