package flowfile

import (
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // zones must not depend on the machine that checks

	"golang.org/x/text/language"

	"infolinia/ivr"
)

// errShape says that a text has not the shape at all, which the message that
// quotes it tells already.
var errShape = errors.New("wrong shape")

// shaped is a text that matches a pattern as a whole.
func shaped(is, pattern string) scalar {
	re := regexp.MustCompile(pattern)
	return scalar{is: is, pattern: pattern, parse: func(v string) error {
		if !re.MatchString(v) {
			return errShape
		}
		return nil
	}}
}

// parsed is a text that a function can read.
func parsed[T any](is, pattern string, read func(string) (T, error)) scalar {
	return scalar{is: is, pattern: pattern, parse: func(v string) error {
		_, err := read(v)
		return err
	}}
}

var (
	anyText     = scalar{}
	someText    = scalar{is: "text that is not empty", pattern: `\S`, parse: notBlank}
	nameText    = shaped("a name of small letters, digits and _ that begins with a letter", `^[a-z][a-z0-9_]*$`)
	articleText = shaped("an article id of small letters, digits and -", `^[a-z0-9-]+$`)
	targetText  = shaped("a node of this flow, flow.node or return", `^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$`)
	keysText    = shaped("a key of the telephone: 0-9, * or #", `^[0-9*#]+$`)
	codeText    = shaped("a code of 1 to 8 digits", `^[0-9]{1,8}$`)
	lineNumber  = shaped("a telephone number of digits, with or without a leading +", `^\+?[0-9]{3,15}$`)
	dialNumber  = shaped("an extension or a telephone number of digits, with or without a leading +", `^\+?[0-9]{1,15}$`)
	headerText  = shaped("the name of an HTTP header", "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")
	termText    = shaped(`one key of the telephone, or "" for none`, `^[0-9*#]?$`)
	durationTxt = parsed("a duration above zero such as 8s, 1m30s or 500ms", durationPattern, positiveDuration)
	waitText    = parsed("a duration such as 1s, 500ms or 0s", durationPattern, parseDuration)
	relaxText   = parsed("a wait such as 2m, or never", `^(never|([0-9]+(\.[0-9]+)?(ms|s|m|h))+)$`, parseRelax)
	musicText   = shaped("the name of a class of music on hold, of letters, digits, - and _", `^[A-Za-z0-9_-]+$`)
	dateText    = parsed(`a date such as "2026-12-31"`, `^\d{4}-\d{2}-\d{2}$`, parseDay)
	momentText  = parsed(`a moment such as "2026-06-01T08:00:00+02:00"`, `^\d{4}-\d{2}-\d{2}T`, parseMoment)
	zoneText    = parsed("a time zone such as Europe/Warsaw", "", parseZone)
	langText    = parsed("a language code such as pl, uk or en", `^[a-z]{2,3}$`, parseLanguage)
	urlText     = parsed("an address that begins with http:// or https://", `^https?://`, parseURL)
	emailText   = parsed(`an e-mail address, or "" for none`, "", parseEmail)
	daysText    = parsed("a weekday (mon, tue, wed, thu, fri, sat, sun), a range such as mon-wed or a list such as mon,thu", "", parseWeekdays)
)

// windowText is quoted, for a reader of YAML 1.1 takes 8:00 for 480.
var windowText = func() scalar {
	f := parsed(`opening hours such as "08:00-15:30"`, `^\d{1,2}:\d{2}-\d{1,2}:\d{2}$`, parseWindow)
	f.quote = true
	return f
}()

func notBlank(v string) error {
	if strings.TrimSpace(v) == "" {
		return errShape
	}
	return nil
}

const durationPattern = `^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`

var durationShape = regexp.MustCompile(durationPattern)

func parseDuration(v string) (time.Duration, error) {
	if !durationShape.MatchString(v) {
		return 0, errShape
	}
	d, err := time.ParseDuration(v)
	if err != nil || d > 24*time.Hour {
		return 0, errors.New("it is longer than a day")
	}
	return d, nil
}

// parseRelax reads the wait after which a skill is no longer asked for.
func parseRelax(v string) (time.Duration, error) {
	if v == "never" {
		return ivr.NeverRelaxed, nil
	}
	return parseDuration(v)
}

func positiveDuration(v string) (time.Duration, error) {
	d, err := parseDuration(v)
	if err == nil && d == 0 {
		return 0, errShape
	}
	return d, err
}

func parseDay(v string) (ivr.Day, error) {
	t, err := time.Parse("2006-01-02", v)
	if err != nil {
		if len(v) == len("2006-01-02") && strings.Count(v, "-") == 2 {
			return ivr.Day{}, errors.New("there is no such day")
		}
		return ivr.Day{}, errShape
	}
	return ivr.Day{Year: t.Year(), Month: t.Month(), Day: t.Day()}, nil
}

func parseMoment(v string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, v)
	if err == nil {
		return t, nil
	}
	if _, err := time.Parse("2006-01-02T15:04:05", v); err == nil {
		return t, errors.New("the zone is missing; add +01:00 (winter) or +02:00 (summer)")
	}
	return t, errShape
}

func parseZone(v string) (*time.Location, error) {
	if v == "" || v == "Local" {
		return nil, errShape
	}
	loc, err := time.LoadLocation(v)
	if err != nil {
		return nil, errShape
	}
	return loc, nil
}

func parseLanguage(v string) (language.Base, error) {
	base, err := language.ParseBase(v)
	if err != nil || base.String() != v {
		if v == "ua" {
			return base, errors.New("Ukrainian is uk")
		}
		return base, errShape
	}
	return base, nil
}

func parseEmail(v string) (string, error) {
	if v == "" {
		return v, nil
	}
	a, err := mail.ParseAddress(v)
	if err != nil || a.Address != v {
		return "", errShape
	}
	return v, nil
}

var weekdays = [...]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func parseWeekday(v string) (time.Weekday, error) {
	if i := slices.Index(weekdays[:], v); i >= 0 {
		return time.Weekday(i), nil
	}
	return 0, errShape
}

// parseWeekdays reads "mon", "mon-wed", "fri-mon" and "mon,thu".
func parseWeekdays(v string) ([]time.Weekday, error) {
	var days []time.Weekday
	for part := range strings.SplitSeq(v, ",") {
		from, to, span := strings.Cut(strings.TrimSpace(part), "-")
		first, err := parseWeekday(strings.TrimSpace(from))
		if err != nil {
			return nil, err
		}
		last := first
		if span {
			if last, err = parseWeekday(strings.TrimSpace(to)); err != nil {
				return nil, err
			}
			if last == first {
				return nil, errors.New("the range begins and ends on the same day")
			}
		}
		for d := first; ; d = (d + 1) % 7 {
			days = append(days, d)
			if d == last {
				break
			}
		}
	}
	return days, nil
}

var windowShape = regexp.MustCompile(`^(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$`)

func parseWindow(v string) (ivr.Window, error) {
	m := windowShape.FindStringSubmatch(v)
	if m == nil {
		return ivr.Window{}, errShape
	}
	var at [2]int
	for i := range at {
		h, _ := strconv.Atoi(m[1+2*i])
		minute, _ := strconv.Atoi(m[2+2*i])
		if minute > 59 || h > 24 || h == 24 && (minute > 0 || i == 0) {
			return ivr.Window{}, fmt.Errorf("there is no time %s:%s", m[1+2*i], m[2+2*i])
		}
		at[i] = 60*h + minute
	}
	if at[0] == at[1] {
		return ivr.Window{}, errors.New(`it opens and closes at the same time; for the whole day write "00:00-24:00"`)
	}
	return ivr.Window{From: at[0], Until: at[1]}, nil
}

var urlPart = regexp.MustCompile(`\{\{\s*([^{}]*?)\s*\}\}`)

// parseURL reads an address whose path or query may hold {{ name }} parts.
func parseURL(v string) (*url.URL, error) {
	u, err := url.Parse(urlPart.ReplaceAllString(v, "x"))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, errShape
	}
	if at := strings.Index(v, "{{"); at >= 0 && !strings.Contains(strings.SplitN(v[:at], "://", 2)[1], "/") {
		return nil, errors.New("the host cannot hold {{ }} parts")
	}
	return u, nil
}
