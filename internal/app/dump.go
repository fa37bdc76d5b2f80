package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
)

// inspected are the answers of the inspection that a dump keeps.
var inspected = []string{"infor/orders", "infor/batches", "infor/vouchers", "infor/selfbilled", "infor/suppliers", "infor/customers", "infor/accounts",
	"cleo/partners", "cleo/invoices", "cleo/answers", "cleo/files", "calls", "faults"}

// dump writes what each side of the sandbox really holds below a folder.
func (d *Demo) dump(ctx context.Context, folder string) error {
	for _, path := range inspected {
		if err := d.save(ctx, path, filepath.Join(folder, filepath.FromSlash(path)+".json")); err != nil {
			return err
		}
	}
	content, err := os.ReadFile(filepath.Join(folder, "cleo", "files.json"))
	if err != nil {
		return err
	}
	var files []struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(content, &files); err != nil {
		return err
	}
	for _, f := range files {
		path := "cleo/files/" + f.ID + "/content"
		if err := d.save(ctx, path, filepath.Join(folder, filepath.FromSlash(path))); err != nil {
			return err
		}
	}
	return nil
}

func (d *Demo) save(ctx context.Context, path, file string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, d.sandbox.CleoURL+"/_sandbox/"+path, nil)
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("dump: %s answered %s", path, response.Status)
	}
	content, err := io.ReadAll(io.LimitReader(response.Body, 256<<20))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	return os.WriteFile(file, content, 0o600)
}
