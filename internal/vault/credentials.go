package vault

import (
	"context"
	"encoding/base64"
	"fmt"

	"tradewind/internal/ledger"
)

// Cleo is the name of Cleo's credential; those of Infor are "infor/<tenant>".
const Cleo = "cleo"

// Infor names the credential of a tenant.
func Infor(tenant string) string { return "infor/" + tenant }

// PutCredential seals and stores a credential; detail is what a person may see.
func (v *Vault) PutCredential(ctx context.Context, name, detail string, secret []byte) error {
	sealed, err := v.Seal(PurposeData, "credentials/"+name, secret)
	if err != nil {
		return err
	}
	return v.ledger.PutCredential(ctx, ledger.Credential{Name: name, Detail: detail, Sealed: base64.StdEncoding.EncodeToString(sealed)})
}

// Credential opens a stored credential.
func (v *Vault) Credential(ctx context.Context, name string) ([]byte, ledger.Credential, error) {
	c, err := v.ledger.Credential(ctx, name)
	if err != nil {
		return nil, c, err
	}
	sealed, err := base64.StdEncoding.DecodeString(c.Sealed)
	if err != nil {
		return nil, c, &SealError{"credentials/" + name, "it is not a sealed text"}
	}
	secret, err := v.Open(ctx, PurposeData, "credentials/"+name, sealed)
	return secret, c, err
}

// Reseal seals credentials with the newest key; what is sealed with it already
// stays, and tokens are sealed anew when they are renewed. It gives how many were sealed anew.
func (v *Vault) Reseal(ctx context.Context) (int, error) {
	done := 0
	credentials, err := v.ledger.Credentials(ctx)
	if err != nil {
		return done, err
	}
	for _, c := range credentials {
		again, err := v.resealed(ctx, "credentials/"+c.Name, c.Sealed)
		if err != nil || again == "" {
			if err != nil {
				return done, err
			}
			continue
		}
		if err := v.ledger.ResealCredential(ctx, c.Name, c.Sealed, again); err != nil {
			return done, err
		}
		done++
	}
	return done, nil
}

// resealed gives the text sealed anew, "" when that is not needed.
func (v *Vault) resealed(ctx context.Context, place, text string) (string, error) {
	if text == "" {
		return "", nil
	}
	sealed, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return "", fmt.Errorf("%s: %w", place, err)
	}
	if KeyID(sealed) == v.Newest(PurposeData) {
		return "", nil
	}
	plain, err := v.Open(ctx, PurposeData, place, sealed)
	if err != nil {
		return "", err
	}
	again, err := v.Seal(PurposeData, place, plain)
	return base64.StdEncoding.EncodeToString(again), err
}
