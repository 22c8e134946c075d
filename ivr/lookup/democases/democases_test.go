package democases

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestACaseIsFoundOrNotWithoutAnHTTPError(t *testing.T) {
	server := httptest.NewServer(Handler())
	defer server.Close()
	for number, want := range map[string]answer{
		"0012": {Found: true, Number: "0012", Status: &status{Text: "gotowa do odbioru"}},
		"9999": {Number: "9999"},
		slow:   {Found: true, Number: slow, Status: &status{Text: "termin wizyty jest potwierdzony"}},
	} {
		resp, err := http.Get(server.URL + "/api/cases/" + number)
		if err != nil {
			t.Fatal(err)
		}
		var got answer
		err = json.NewDecoder(resp.Body).Decode(&got)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d, %v", number, resp.StatusCode, err)
		}
		if got.Found != want.Found || got.Number != number || (got.Status == nil) != (want.Status == nil) ||
			want.Status != nil && *got.Status != *want.Status {
			t.Errorf("%s: %+v, want %+v", number, got, want)
		}
	}
}
