package main

import (
	"github.com/spf13/cobra"

	"tradewind/internal/app"
	"tradewind/internal/config"
)

func partnersCommand() *cobra.Command {
	var asJSON bool
	list := &cobra.Command{Use: "list", Short: "Lists the trading partners of the configuration", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return listPartners(cmd, asJSON) }}
	list.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd := &cobra.Command{Use: "partners", Short: "Trading partners"}
	cmd.AddCommand(list, tryCommand(), proposeCommand())
	return cmd
}

type listedPartner struct {
	ID          string `json:"id"`
	Company     string `json:"company"`
	Supplier    string `json:"supplier"`
	Name        string `json:"name"`
	Interchange string `json:"interchange"`
	Group       string `json:"group"`
	Version     string `json:"version"`
}

func listPartners(cmd *cobra.Command, asJSON bool) error {
	env, err := config.FromEnvironment()
	if err != nil {
		return err
	}
	c, err := app.ReadConfiguration(env)
	if err != nil {
		return err
	}
	out, rows := []listedPartner{}, [][]string{}
	for _, p := range c.Partners {
		l := listedPartner{string(p.ID), string(p.Company), string(p.Supplier), p.Name, p.Interchange.String(), string(p.Group), string(p.Version)}
		out, rows = append(out, l), append(rows, []string{l.ID, l.Company, l.Supplier, l.Name, l.Interchange, l.Group, l.Version})
	}
	if asJSON {
		return printJSON(cmd.OutOrStdout(), out)
	}
	return printTable(cmd.OutOrStdout(), []string{"partner", "company", "supplier", "name", "interchange", "group", "version"}, rows)
}
