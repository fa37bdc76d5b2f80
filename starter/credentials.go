package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"tradewind/internal/app"
)

func credentialsCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "credentials", Short: "Access to Infor and Cleo, stored encrypted"}
	cmd.AddCommand(importCommand(), listCredentialsCommand(), rotateCommand(),
		storesCommand("remove NAME", "Deletes a credential and its token", func(ctx context.Context, a *app.App, name string) error {
			return a.Ledger.RemoveCredential(ctx, name)
		}),
		storesCommand("revoke TENANT", "Makes the token of a tenant worthless; the next call takes a new one", func(ctx context.Context, a *app.App, tenant string) error {
			return a.RevokeToken(ctx, tenant)
		}))
	return cmd
}

func importCommand() *cobra.Command {
	var ionapi, file string
	var shred bool
	cmd := &cobra.Command{Use: "import [cleo]", Short: "Stores an .ionapi file, or how to reach Cleo", Args: cobra.MaximumNArgs(1), ValidArgs: []string{"cleo"},
		RunE: func(cmd *cobra.Command, args []string) error {
			cleo := len(args) == 1 && args[0] == "cleo"
			if cleo == (ionapi != "") || (len(args) == 1 && !cleo) {
				return errors.New("say either `import --ionapi FILE` or `import cleo`")
			}
			return withStores(cmd, func(ctx context.Context, a *app.App) error {
				source := ionapi
				var detail string
				var err error
				if cleo {
					source = file
					detail, err = importCleo(ctx, cmd, a, file)
				} else {
					detail, err = a.ImportInfor(ctx, ionapi)
				}
				if err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "stored, encrypted: %s\n", detail)
				if shred && source != "" {
					err = app.Shred(source)
				}
				return err
			})
		}}
	cmd.Flags().StringVar(&ionapi, "ionapi", "", "the .ionapi file of a backend service")
	cmd.Flags().StringVar(&file, "file", "", `for cleo: a file with {"url","username","password"}; asked on the terminal when empty`)
	cmd.Flags().BoolVar(&shred, "shred", false, "overwrite and remove the imported file")
	return cmd
}

func importCleo(ctx context.Context, cmd *cobra.Command, a *app.App, file string) (string, error) {
	c, err := app.CleoCredential{}, error(nil)
	if file != "" {
		c, err = app.ReadCleoFile(file)
	} else {
		c, err = askCleo(cmd)
	}
	if err != nil {
		return "", err
	}
	return a.ImportCleo(ctx, c)
}

// askCleo asks on the terminal; the password is not shown.
func askCleo(cmd *cobra.Command) (app.CleoCredential, error) {
	var c app.CleoCredential
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return c, errors.New("there is no terminal to ask for the password; use --file")
	}
	in, out := bufio.NewReader(os.Stdin), cmd.ErrOrStderr()
	for _, ask := range []struct {
		question string
		into     *string
	}{{"address of Cleo, https://…: ", &c.URL}, {"user name: ", &c.Username}} {
		fmt.Fprint(out, ask.question)
		line, err := in.ReadString('\n')
		if err != nil {
			return c, err
		}
		*ask.into = strings.TrimSpace(line)
	}
	fmt.Fprint(out, "password: ")
	password, err := term.ReadPassword(int(os.Stdin.Fd()))
	fmt.Fprintln(out)
	c.Password = string(password)
	return c, err
}

func listCredentialsCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{Use: "list", Short: "Lists what is stored, never a secret", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withStores(cmd, func(ctx context.Context, a *app.App) error {
				stored, err := a.ListCredentials(ctx)
				if err != nil {
					return err
				}
				if asJSON {
					return printJSON(cmd.OutOrStdout(), stored)
				}
				rows := [][]string{}
				for _, c := range stored {
					rows = append(rows, []string{c.Name, c.Detail, c.Key, clock(&c.Updated), clock(c.RenewedAt), clock(c.ExpiresAt), fmt.Sprint(c.Taken)})
				}
				return printTable(cmd.OutOrStdout(), []string{"credential", "what", "key", "stored", "token renewed", "token ends", "tokens today"}, rows)
			})
		}}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func rotateCommand() *cobra.Command {
	return &cobra.Command{Use: "rotate", Short: "Makes new data keys and seals what is stored anew; workers may go on", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withStores(cmd, func(ctx context.Context, a *app.App) error {
				r, err := a.RotateKeys(ctx)
				if err == nil {
					_, err = fmt.Fprintf(cmd.OutOrStdout(), "new keys: %s, %s; sealed anew: %d credentials and tokens, %d archived files\n",
						r.Keys["data"], r.Keys["payload"], r.Resealed, r.Archived)
				}
				return err
			})
		}}
}

func storesCommand(use, short string, do func(context.Context, *app.App, string) error) *cobra.Command {
	return &cobra.Command{Use: use, Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withStores(cmd, func(ctx context.Context, a *app.App) error {
				if err := do(ctx, a, args[0]); err != nil {
					return err
				}
				_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s: done\n", args[0])
				return err
			})
		}}
}
