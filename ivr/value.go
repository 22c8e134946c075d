package ivr

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"
)

// Value is a call variable: text, whole number, decimal, bool, time or list.
// It keeps its kind through JSON.
type Value struct{ v any }

// Text, Int, Decimal, Bool, Time and List make a Value.
func Text(s string) Value      { return Value{s} }
func Int(n int64) Value        { return Value{n} }
func Decimal(f float64) Value  { return Value{f} }
func Bool(b bool) Value        { return Value{b} }
func Time(t time.Time) Value   { return Value{t} }
func List(items []Value) Value { return Value{items} }

// ValueOf makes a Value of what an expression gave or JSON held; ok is false
// for what no variable can be: null, maps, functions, and what JSON has no way
// to save (a number without end, a time with an offset of a day).
func ValueOf(x any) (v Value, ok bool) {
	switch x := x.(type) {
	case string, int64, bool:
		return Value{x}, true
	case time.Time:
		_, err := x.MarshalJSON()
		return Time(x), err == nil
	case float64:
		return Decimal(x), !math.IsInf(x, 0) && !math.IsNaN(x)
	case int:
		return Int(int64(x)), true
	case json.Number:
		if n, err := x.Int64(); err == nil {
			return Int(n), true
		}
		f, err := x.Float64()
		return Decimal(f), err == nil
	case []any:
		items := make([]Value, len(x))
		for i, e := range x {
			if items[i], ok = ValueOf(e); !ok {
				return Value{}, false
			}
		}
		return List(items), true
	}
	return Value{}, false
}

// Any is the value as expressions see it: string, int, float64, bool,
// time.Time or []any.
func (v Value) Any() any {
	switch x := v.v.(type) {
	case int64:
		return int(x)
	case []Value:
		items := make([]any, len(x))
		for i, e := range x {
			items[i] = e.Any()
		}
		return items
	}
	return v.v
}

// String is the value as it is spoken without a helper.
func (v Value) String() string {
	switch x := v.v.(type) {
	case nil:
		return ""
	case string:
		return x
	case time.Time:
		return x.Format(time.RFC3339)
	case []Value:
		s := ""
		for i, e := range x {
			if i > 0 {
				s += ", "
			}
			s += e.String()
		}
		return s
	}
	return fmt.Sprint(v.v)
}

type valueJSON struct {
	Text *string    `json:"text,omitempty"`
	Int  *int64     `json:"int,omitempty"`
	Dec  *float64   `json:"dec,omitempty"`
	Bool *bool      `json:"bool,omitempty"`
	Time *time.Time `json:"time,omitempty"`
	List *[]Value   `json:"list,omitempty"`
}

// MarshalJSON writes the value with its kind.
func (v Value) MarshalJSON() ([]byte, error) {
	var j valueJSON
	switch x := v.v.(type) {
	case string:
		j.Text = &x
	case int64:
		j.Int = &x
	case float64:
		j.Dec = &x
	case bool:
		j.Bool = &x
	case time.Time:
		j.Time = &x
	case []Value:
		j.List = &x
	}
	return json.Marshal(j)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (v *Value) UnmarshalJSON(b []byte) error {
	var j valueJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	switch {
	case j.Text != nil:
		v.v = *j.Text
	case j.Int != nil:
		v.v = *j.Int
	case j.Dec != nil:
		v.v = *j.Dec
	case j.Bool != nil:
		v.v = *j.Bool
	case j.Time != nil:
		v.v = *j.Time
	case j.List != nil:
		v.v = *j.List
	default:
		v.v = nil
	}
	return nil
}

// DecodeJSON reads one JSON value as expressions see it: whole numbers are int,
// others float64.
func DecodeJSON(b []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("more follows the JSON value")
	}
	return plainNumbers(v), nil
}

func plainNumbers(v any) any {
	switch x := v.(type) {
	case json.Number:
		if n, err := strconv.Atoi(x.String()); err == nil {
			return n
		}
		f, err := x.Float64()
		if err != nil {
			return x.String()
		}
		return f
	case []any:
		for i := range x {
			x[i] = plainNumbers(x[i])
		}
	case map[string]any:
		for k := range x {
			x[k] = plainNumbers(x[k])
		}
	}
	return v
}
