package hub

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"testing"
)

type ctxt = context.Context

// TestMain lets the test binary stand in for other programs: pip, and a download that is to be killed.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		switch os.Args[1] {
		case "fake-pip":
			if err := runFakePip(os.Args[2], os.Args[3], os.Args[4:]); err != nil {
				fmt.Fprintln(os.Stderr, "ERROR:", err)
				os.Exit(1)
			}
			return
		case "victim":
			runVictim(os.Args[2], os.Args[3], os.Args[4])
			return
		}
	}
	os.Exit(m.Run())
}

func mustURL(s string) *url.URL {
	u, err := url.Parse(s)
	if err != nil {
		panic(err)
	}
	return u
}
