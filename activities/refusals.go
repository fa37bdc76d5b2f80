package activities

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"tradewind/cleo"
	"tradewind/internal/masterdata"
	"tradewind/internal/trade"
	"tradewind/ionapi"
)

// systemOf names the system behind a lane.
var systemOf = map[string]string{laneInfor: "M3", laneCleo: "Cleo"}

// told splits the error of a call into what the system said, with its codes behind, and where
// it said so. What the client advises stays away: a reason has its own cure.
func told(err error) (said, where string) {
	said, where = err.Error(), ""
	var infor *ionapi.Error
	var hub *cleo.Error
	var codes []string
	status := 0
	switch {
	case errors.As(err, &infor):
		said, where, status = cmp.Or(infor.Message, string(infor.Kind)), infor.Program, infor.Status
		if infor.Transaction != "" && infor.Transaction != "bulk" {
			where += "/" + infor.Transaction
		}
		if infor.Err != nil {
			said += ": " + infor.Err.Error()
		}
		if before, _, found := strings.Cut(err.Error(), ": "+infor.Error()); found {
			where = before + ", " + where // such as a line
		}
		if infor.Code != "" {
			codes = append(codes, infor.Code)
		}
		if infor.Field != "" {
			codes = append(codes, "field "+infor.Field)
		}
	case errors.As(err, &hub):
		said, where, status = cmp.Or(hub.Message, string(hub.Kind)), hub.Operation+" at Cleo", hub.Status
	}
	if status >= 300 {
		codes = append(codes, fmt.Sprintf("HTTP %d", status))
	}
	said = strings.TrimSuffix(strings.Join(strings.Fields(said), " "), ".")
	if len(codes) > 0 {
		said += " (" + strings.Join(codes, ", ") + ")"
	}
	return said, where
}

// batchRefused is the reason of an invoice that M3 does not take: a program that may not run
// is a matter of settings, all else of data.
func batchRefused(err error) trade.Reason {
	said, where := told(err)
	switch ionapi.KindOf(err) {
	case ionapi.NotPermitted, ionapi.NotAvailable:
		return trade.Configuration(trade.ReasonBatchRefused, where, "correct the program in infor.yaml or the authority in M3, then replay", "M3 does not run it for us: %s", said)
	}
	return trade.Data(trade.ReasonBatchRefused, where, "correct it in M3 or in the profile, then replay", "M3 does not take the invoice: %s", said)
}

// confirmationRefused is the reason of an 855 that M3 does not take: a program that may not run is a
// matter of settings, all else of data.
func confirmationRefused(err error) trade.Reason {
	said, where := told(err)
	switch ionapi.KindOf(err) {
	case ionapi.NotPermitted, ionapi.NotAvailable:
		return trade.Configuration(trade.ReasonConfirmationRefused, where, "correct the program in infor.yaml or the authority in M3, then replay", "M3 does not run it for us: %s", said)
	}
	return trade.Data(trade.ReasonConfirmationRefused, where, confirmByHand, "M3 does not take the confirmation: %s", said)
}

// confirmByHand is the cure of what M3 does not take.
const confirmByHand = "see the order in PPS200; correct it there and replay, or resolve this record with a note"

// refusedForGood is the reason of a call of M3 or Cleo about master data that would be refused again, as byKind of errors.go
// tells them; it is zero where a later one may succeed.
func refusedForGood(place string, err error) trade.Reason {
	by := masterdata.Neither
	switch ionapi.KindOf(err) {
	case ionapi.NotPermitted, ionapi.NotAvailable, ionapi.InvalidInput, ionapi.RecordMissing:
		by = masterdata.Infor
	}
	switch cleo.KindOf(err) {
	case cleo.NotPermitted, cleo.InvalidInput, cleo.NotFound:
		by = masterdata.Cleo
	}
	if by == masterdata.Neither {
		return trade.Reason{}
	}
	said, where := told(err)
	if where != "" {
		said += " in " + where
	}
	return masterdata.Refused(place, by, said)
}

// recordLocked is the reason of a record whose data in M3 somebody works on.
func recordLocked(err error) trade.Reason {
	said, where := told(err)
	return trade.Timing(trade.ReasonRecordLocked, "nothing needs to be done: it goes on once the lock is gone", "somebody works on it in M3: %s", said).At(where)
}

// uploadRefused is the reason of a document that Cleo does not take.
func uploadRefused(err error) trade.Reason {
	said, where := told(err)
	return trade.Configuration(trade.ReasonUploadRefused, where, "correct cleo.yaml or the mailbox, then replay", "Cleo does not take the file: %s", said)
}

// correctionRefused is the reason of a replay whose correction cannot be made.
func correctionRefused(refused *trade.CorrectionError) trade.Reason {
	said, advice, _ := strings.Cut(refused.Message, "; ")
	cure := "replay with a correction that can be made, or with none"
	if advice != "" {
		cure += ": " + advice
	}
	return trade.Data(trade.ReasonCorrection, cmp.Or(refused.Path, "the request"), cure, "%s", said)
}

// laneReason holds what may not go out because a system refused the credentials; cause is the
// error that stopped the lane, with the advice of its client.
func laneReason(lane, cause string) trade.Reason {
	said, advice, _ := strings.Cut(cause, "; ")
	cure := "correct the credentials"
	if advice != "" {
		cure += " (" + advice + ")"
	}
	return trade.Timing(trade.ReasonLaneStopped, cure+"; the record then goes on by itself", "%s refused the credentials: %s", systemOf[lane], said).At("lane " + lane)
}
