package activities

import (
	"context"

	"tradewind/internal/config"
	"tradewind/internal/ledger"
	"tradewind/internal/masterdata"
	"tradewind/internal/trade"
)

// cleoRecord is what Cleo says of one record of master data.
type cleoRecord struct {
	code string
	// reference is the id of the trading partner; what files say has none.
	reference string
	values    masterdata.Values
	// refused is why Cleo did not take what was to be written; moved says that nothing was written, because the record
	// is no longer what was compared. Of such a record nothing else is told.
	refused trade.Reason
	moved   bool
}

// cleoWrite is what one record needs at Cleo. The reference is empty where it is to be made, and in files.
type cleoWrite struct {
	code, reference string
	decision        masterdata.Decision
}

// compared is what Cleo had of the record when the decision was made, or nil where it had none.
func (w cleoWrite) compared() *cleoRecord {
	if w.decision.Create == masterdata.Cleo {
		return nil
	}
	return &cleoRecord{code: w.code, reference: w.reference, values: difference{Decision: w.decision}.cleo()}
}

// differing is what a record of the ledger keeps of fields that differ.
func differing(fields []masterdata.FieldDecision) map[string]ledger.SideValues {
	if len(fields) == 0 {
		return nil
	}
	out := make(map[string]ledger.SideValues, len(fields))
	for _, f := range fields {
		out[f.Name] = ledger.SideValues{Infor: f.Infor, Cleo: f.Cleo}
	}
	return out
}

// cleoSide is how Cleo keeps one kind of master data of a company: as trading partners, or in files.
type cleoSide interface {
	// told gives page by page what Cleo says of records. Nothing may be written meanwhile.
	told(ctx context.Context, give func([]cleoRecord) error) error
	// untold is what Cleo says of a record that told did not give, or nil where it has none.
	untold(ctx context.Context, has ledger.Master) (*cleoRecord, error)
	// one is what Cleo says of a record now, or nil where it has none.
	one(ctx context.Context, has ledger.Master) (*cleoRecord, error)
	// find is one, where a record that nobody told of yet is looked for too. Where there is none, it is one whose code
	// differs in leading zeros only.
	find(ctx context.Context, has ledger.Master) (*cleoRecord, error)
	// enter writes values of a record as somebody at Cleo would; where there is none, it is made of what M3 has, with the
	// values over it. A reason comes back where Cleo does not take them. What an answer that was lost did is looked up.
	enter(ctx context.Context, has ledger.Master, values masterdata.Values) (refused trade.Reason, err error)
	// write carries out what records need, and gives each as it then stands once that is sure. What an answer
	// that was lost did is looked up before anything is written again.
	write(ctx context.Context, writes []cleoWrite, done func(cleoWrite, cleoRecord) error) error
	// together says that one run writes all that it has at once, because it goes out as one file.
	together() bool
}

// cleoSide connects to Cleo in the way that masterdata.yaml says.
func (m *masters) cleoSide(ctx context.Context) (cleoSide, error) {
	if m.settings.Target == config.TargetFiles {
		return m.filesAtCleo(ctx)
	}
	directory, err := m.directory(ctx)
	return &partnersAtCleo{m, directory}, err
}

// said is what a record of the ledger keeps of what Cleo says.
func (r *cleoRecord) said(before ledger.MasterSide) ledger.MasterSide {
	if r == nil {
		return ledger.MasterSide{SeenAt: before.SeenAt}
	}
	return ledger.MasterSide{Exists: true, Reference: r.reference, Checksum: r.values.Checksum(), SeenAt: before.SeenAt}
}
