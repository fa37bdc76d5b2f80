package config

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tradewind/internal/mapping"
)

func TestWhatGoesBackToM3IsASetting(t *testing.T) {
	for settings, want := range map[string]string{
		"": "", "{write: off}": "", `{write: "off", confirmed: park}`: "", "{write: agreed}": "", "{write: all, confirmed: replace}": "",
		"{write: some}":          `partners/acme.yaml:9:25: order.confirmation.write is "some"; it must be one of [off agreed all]`,
		"{confirmed: overwrite}": `order.confirmation.confirmed is "overwrite"; it must be one of [park replace]`,
		"{writes: all}":          `unknown field "writes"`,
	} {
		files := shipped(t)
		if settings != "" {
			files["partners/acme.yaml"] = []byte(acme + "  confirmation: " + settings + "\n")
		}
		c, err := Load(files)
		if want != "" {
			require.ErrorContains(t, err, want)
			continue
		}
		require.NoError(t, err)
		if p, _ := c.Partner("100", "0010045"); settings == "" {
			require.Equal(t, mapping.ConfirmationSet{Differs: mapping.DiffersParks, Write: mapping.WriteOff, Confirmed: mapping.ConfirmedParks}, p.Order.Confirmation)
		}
	}
	require.Equal(t, "PPS330MI", defaultInfor().Programs.OrderTransactions)
}

func TestAConfigurationOfBeforeConfirmsNothing(t *testing.T) {
	require.Empty(t, confirmationFault(mapping.ConfirmationSet{Differs: mapping.DiffersParks}).message)
}
