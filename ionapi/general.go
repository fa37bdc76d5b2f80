package ionapi

import (
	"context"
	"time"
)

// General reads what every M3 knows of itself through GENERAL. Its answers do not depend on a company.
type General struct {
	client  *Client
	program string
}

// General gives the program of that name; the standard one is GENERAL, and its transactions also stand under every
// other program.
func (c *Client) General(program string) General {
	return General{client: c, program: program}
}

// ServerTime is the clock of the M3 server (GetServerTime).
type ServerTime struct {
	Date   string `mi:"DATE,date"` // YYYYMMDD, the server's time zone
	Time   string `mi:"TIME"`      // HHMMSS, the server's time zone
	Millis int64  `mi:"LMTS"`      // milliseconds since 1970 UTC, the unit of the LMTS filters
}

// Instant is the server's time as an instant.
func (t ServerTime) Instant() time.Time { return time.UnixMilli(t.Millis).UTC() }

// UserInfo is who M3 takes the service account for, and the defaults of that user (GetUserInfo).
type UserInfo struct {
	User      string `mi:"ZZUSID"`
	Name      string `mi:"USFN"`
	Company   int    `mi:"ZDCONO"`
	Division  string `mi:"ZDDIVI"`
	Facility  string `mi:"ZDFACI"`
	Warehouse string `mi:"ZZWHLO"`
	Language  string `mi:"ZDLANC"`
	DateForm  string `mi:"ZDDTFM"`
	TimeZone  string `mi:"TIZO"`
}

// ServerTime reads the server's clock.
func (g General) ServerTime(ctx context.Context) (ServerTime, error) {
	return oneOf[ServerTime](ctx, g.client, g.query("GetServerTime"))
}

// UserInfo reads who the service account is in M3.
func (g General) UserInfo(ctx context.Context) (UserInfo, error) {
	return oneOf[UserInfo](ctx, g.client, g.query("GetUserInfo"))
}

// query is a read without input.
func (g General) query(transaction string) Query {
	return Query{Program: g.program, Transaction: transaction, UserCompany: true, MaxRecords: 1}
}
