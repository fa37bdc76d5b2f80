package vault

import (
	"context"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"golang.org/x/oauth2"

	"tradewind/internal/ledger"
)

func openLedger(t *testing.T, dir string) *ledger.Ledger {
	t.Helper()
	l, err := ledger.Open(t.Context(), ledger.DefaultURL, dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	require.NoError(t, l.Migrate(t.Context()))
	return l
}

func open(t *testing.T, dir string) (*Vault, *ledger.Ledger) {
	t.Helper()
	l := openLedger(t, dir)
	v, err := Open(t.Context(), DefaultKeeper, dir, l)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, v.Close()) })
	return v, l
}

func TestASealedTextOpensInItsPlaceOnly(t *testing.T) {
	v, _ := open(t, t.TempDir())
	sealed, err := v.Seal(PurposeData, "credentials/cleo", []byte("hunter2"))
	require.NoError(t, err)
	require.NotContains(t, string(sealed), "hunter2")
	plain, err := v.Open(t.Context(), PurposeData, "credentials/cleo", sealed)
	require.NoError(t, err)
	require.Equal(t, "hunter2", string(plain))

	_, err = v.Open(t.Context(), PurposeData, "credentials/infor/ACME", sealed)
	require.ErrorContains(t, err, "credentials/infor/ACME")
	_, err = v.Open(t.Context(), PurposePayload, "credentials/cleo", sealed)
	require.Error(t, err)
}

func TestAFlippedBitAnywhereIsAnErrorThatNamesThePlace(t *testing.T) {
	v, _ := open(t, t.TempDir())
	sealed, err := v.Seal(PurposeData, "credentials/cleo", []byte("hunter2"))
	require.NoError(t, err)
	for i := range len(sealed) * 8 {
		flipped := append([]byte{}, sealed...)
		flipped[i/8] ^= 1 << (i % 8)
		_, err := v.Open(t.Context(), PurposeData, "credentials/cleo", flipped)
		require.ErrorContains(t, err, "credentials/cleo", "bit %d", i)
		require.NotContains(t, err.Error(), "hunter2")
	}
	for n := range sealed {
		_, err := v.Open(t.Context(), PurposeData, "credentials/cleo", sealed[:n])
		require.Error(t, err, "cut at %d", n)
	}
}

func TestAnAlteredKeyRowStopsTheStart(t *testing.T) {
	dir := t.TempDir()
	_, l := open(t, dir)
	keys, err := l.Keys(t.Context())
	require.NoError(t, err)
	wrapped, err := base64.StdEncoding.DecodeString(keys[0].Wrapped)
	require.NoError(t, err)
	wrapped[len(wrapped)-1] ^= 1
	added, err := l.AddKey(t.Context(), ledger.Key{ID: "altered", Purpose: keys[0].Purpose, Number: keys[0].Number + 1, Wrapped: base64.StdEncoding.EncodeToString(wrapped)})
	require.NoError(t, err)
	require.True(t, added)
	_, err = Open(t.Context(), DefaultKeeper, dir, l)
	require.ErrorContains(t, err, "keys/altered")
}

func TestAWrongOrMissingOrOpenKeyFileStopsTheStart(t *testing.T) {
	dir := t.TempDir()
	_, l := open(t, dir)
	file := filepath.Join(dir, "key")
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	require.NoError(t, os.Chmod(file, 0o644))
	_, err = Open(t.Context(), DefaultKeeper, dir, l)
	require.ErrorContains(t, err, "chmod 600 "+file)
	require.NoError(t, os.Chmod(file, 0o600))

	content, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, []byte(base64.StdEncoding.EncodeToString(make([]byte, 32))), 0o600))
	_, err = Open(t.Context(), DefaultKeeper, dir, l)
	require.ErrorContains(t, err, "TRADEWIND_KEEPER names another key")
	require.NoError(t, os.WriteFile(file, []byte("short"), 0o600))
	_, err = Open(t.Context(), DefaultKeeper, dir, l)
	require.ErrorContains(t, err, "damaged")
	require.NoError(t, os.Remove(file))
	_, err = Open(t.Context(), DefaultKeeper, dir, l)
	require.ErrorContains(t, err, "restore it from a backup")
	_, err = os.Stat(file)
	require.Error(t, err, "no new key is made beside data of an old one")

	require.NoError(t, os.WriteFile(file, content, 0o600))
	_, err = Open(t.Context(), DefaultKeeper, dir, l)
	require.NoError(t, err)
	_, err = Open(t.Context(), "base64key://smGbjm71Nxd1Ig5FS0wj9SlbzAIrnolCz9bQQ6uAhl4=", dir, l)
	require.ErrorContains(t, err, "must not hold a key itself")
}

func TestAfterRotationOldDataOpenAndOthersLearnTheNewKey(t *testing.T) {
	dir := t.TempDir()
	v, l := open(t, dir)
	other, err := Open(t.Context(), DefaultKeeper, dir, l)
	require.NoError(t, err)
	require.NoError(t, v.PutCredential(t.Context(), Cleo, "detail", []byte("hunter2")))
	before, err := v.Seal(PurposeData, "x", []byte("old"))
	require.NoError(t, err)
	keys, err := v.Rotate(t.Context())
	require.NoError(t, err)
	after, err := v.Seal(PurposeData, "x", []byte("new"))
	require.NoError(t, err)
	require.Equal(t, keys[PurposeData], KeyID(after))
	require.NotEqual(t, KeyID(before), KeyID(after))
	for want, sealed := range map[string][]byte{"old": before, "new": after} {
		plain, err := other.Open(t.Context(), PurposeData, "x", sealed)
		require.NoError(t, err)
		require.Equal(t, want, string(plain))
	}
	done, err := v.Reseal(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, done)
	done, err = v.Reseal(t.Context())
	require.NoError(t, err)
	require.Zero(t, done)
	secret, c, err := other.Credential(t.Context(), Cleo)
	require.NoError(t, err)
	require.Equal(t, "hunter2", string(secret))
	require.NotContains(t, c.Sealed, base64.StdEncoding.EncodeToString([]byte("hunter2")))
}

func TestManyProcessesStartingAtOnceAgreeOnTheKeys(t *testing.T) {
	dir := t.TempDir()
	l := openLedger(t, dir)
	var starting sync.WaitGroup
	newest := make([]string, 8)
	for i := range newest {
		starting.Go(func() {
			v, err := Open(context.Background(), DefaultKeeper, dir, l)
			if err != nil {
				t.Error(err)
				return
			}
			newest[i] = v.Newest(PurposeData)
		})
	}
	starting.Wait()
	for _, id := range newest {
		require.Equal(t, newest[0], id)
	}
}

func TestTheCodecSealsAndOpensAndPassesWhatWasNeverSealed(t *testing.T) {
	v, _ := open(t, t.TempDir())
	payloads := []*commonpb.Payload{{Metadata: map[string][]byte{"encoding": []byte("json/plain")}, Data: []byte(`"PO 4500001"`)}}
	sealed, err := v.Codec().Encode(payloads)
	require.NoError(t, err)
	require.NotContains(t, sealed[0].String(), "4500001")
	require.Equal(t, v.Newest(PurposePayload), string(sealed[0].Metadata["encryption-key-id"]))
	opened, err := v.Codec().Decode(sealed)
	require.NoError(t, err)
	require.Equal(t, string(payloads[0].Data), string(opened[0].Data))
	passed, err := v.Codec().Decode(payloads)
	require.NoError(t, err)
	require.Equal(t, string(payloads[0].Data), string(passed[0].Data))
	sealed[0].Data[len(sealed[0].Data)-1] ^= 1
	_, err = v.Codec().Decode(sealed)
	require.Error(t, err)
}

// issuer gives tokens that live for a while, and counts.
type issuer struct {
	lifetime time.Duration
	issued   atomic.Int64
}

func (i *issuer) fetch(context.Context, *oauth2.Token) (*oauth2.Token, error) {
	n := i.issued.Add(1)
	return &oauth2.Token{AccessToken: "token-" + time.Duration(n).String(), Expiry: time.Now().Add(i.lifetime)}, nil
}

func TestTenWorkersAtOnceMakeOneTokenRequest(t *testing.T) {
	dir := t.TempDir()
	v, l := open(t, dir)
	from := &issuer{lifetime: time.Hour}
	// An expired token is already there.
	expired := Broker{Vault: v, Ledger: l}.Source("infor/ACME", 100, func(context.Context, *oauth2.Token) (*oauth2.Token, error) {
		return &oauth2.Token{AccessToken: "old", Expiry: time.Now().Add(time.Second)}, nil
	})
	_, err := expired.Token(t.Context())
	require.NoError(t, err)

	var working sync.WaitGroup
	got := make([]string, 10)
	for i := range got {
		source := Broker{Vault: v, Ledger: l}.Source("infor/ACME", 100, from.fetch)
		working.Go(func() {
			token, err := source.Token(context.Background())
			if err != nil {
				t.Error(err)
				return
			}
			got[i] = token.AccessToken
		})
	}
	working.Wait()
	require.Equal(t, int64(1), from.issued.Load())
	for _, token := range got {
		require.Equal(t, got[0], token)
	}
	stored, err := l.Token(t.Context(), "infor/ACME")
	require.NoError(t, err)
	require.NotContains(t, stored.Sealed, got[0])
	require.Equal(t, int64(2), stored.Taken)
}

func TestARefusedTokenIsRenewedOnceForAll(t *testing.T) {
	dir := t.TempDir()
	v, l := open(t, dir)
	from := &issuer{lifetime: time.Hour}
	a, b := Broker{Vault: v, Ledger: l}.Source("cleo", 100, from.fetch), Broker{Vault: v, Ledger: l}.Source("cleo", 100, from.fetch)
	token, err := a.Token(t.Context())
	require.NoError(t, err)
	same, err := b.Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, token.AccessToken, same.AccessToken)
	a.Invalidate(token)
	b.Invalidate(same)
	next, err := a.Token(t.Context())
	require.NoError(t, err)
	b.Invalidate(same) // late: it must not spoil the new one
	also, err := b.Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, next.AccessToken, also.AccessToken)
	require.Equal(t, int64(2), from.issued.Load())
}

func TestTheQuotaOfADayIsKept(t *testing.T) {
	v, l := open(t, t.TempDir())
	from := &issuer{lifetime: time.Hour}
	source := Broker{Vault: v, Ledger: l}.Source("infor/ACME", 3, from.fetch)
	for range 3 {
		token, err := source.Token(t.Context())
		require.NoError(t, err)
		source.Invalidate(token)
	}
	_, err := source.Token(t.Context())
	var quota *QuotaError
	require.ErrorAs(t, err, &quota)
	require.ErrorContains(t, err, "tokensPerDay")
	require.Equal(t, int64(3), from.issued.Load())
}

func TestTokensAreRenewedAheadOfTheirEnd(t *testing.T) {
	now := time.Now()
	for lifetime, ahead := range map[time.Duration][2]time.Duration{
		2 * time.Hour: {5 * time.Minute, 330 * time.Second}, 10 * time.Minute: {2 * time.Minute, 132 * time.Second}, 5 * time.Second: {2 * time.Second, 2200 * time.Millisecond},
	} {
		for range 50 {
			early := now.Add(lifetime).Sub(renewalTime(now.Add(lifetime), now))
			require.GreaterOrEqual(t, early, ahead[0], lifetime)
			require.LessOrEqual(t, early, ahead[1], lifetime)
		}
	}
}

func TestATokenOfOtherCredentialsIsNone(t *testing.T) {
	v, l := open(t, t.TempDir())
	from := &issuer{lifetime: time.Hour}
	broker := Broker{Vault: v, Ledger: l}
	first, err := broker.Source("cleo", 100, from.fetch, "https://sandbox", "kim").Token(t.Context())
	require.NoError(t, err)
	second, err := broker.Source("cleo", 100, from.fetch, "https://production", "kim").Token(t.Context())
	require.NoError(t, err)
	require.NotEqual(t, first.AccessToken, second.AccessToken)
}

func TestRefusedCredentialsRestInEveryProcessAndCostNoQuota(t *testing.T) {
	v, l := open(t, t.TempDir())
	tries := 0
	refuse := func(context.Context, *oauth2.Token) (*oauth2.Token, error) {
		tries++
		return nil, &RefusedError{Err: errors.New("wrong password"), Rest: time.Hour}
	}
	var rest *RestError
	for i := range 10 {
		_, err := Broker{Vault: v, Ledger: l}.Source("cleo", 2, refuse).Token(t.Context())
		require.Error(t, err)
		require.Equal(t, i > 0, errors.As(err, &rest))
	}
	require.Equal(t, 1, tries)
	stored, err := l.Token(t.Context(), "cleo")
	require.NoError(t, err)
	require.Zero(t, stored.Taken)
}

func TestAGoodTokenServesWhileItCannotBeRenewed(t *testing.T) {
	v, l := open(t, t.TempDir())
	now := time.Now()
	broker := Broker{Vault: v, Ledger: l, Now: func() time.Time { return now }}
	down := false
	fetch := func(context.Context, *oauth2.Token) (*oauth2.Token, error) {
		if down {
			return nil, errors.New("out of service")
		}
		return &oauth2.Token{AccessToken: "good", Expiry: now.Add(time.Hour)}, nil
	}
	l.Now = func() time.Time { return now }
	source := broker.Source("cleo", 100, fetch)
	_, err := source.Token(t.Context())
	require.NoError(t, err)
	now, down = now.Add(58*time.Minute), true
	token, err := source.Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, "good", token.AccessToken)
	now = now.Add(2 * time.Minute)
	_, err = source.Token(t.Context())
	require.ErrorContains(t, err, "out of service")
}
