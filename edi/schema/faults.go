package schema

import (
	"errors"
	"strconv"
	"strings"

	"tradewind/edi"
)

// tolerate sorts a fault that the decoder went on behind.
func (w *walk) tolerate(fault *edi.SyntaxError) {
	f := Finding{Level: 1, Severity: Error, Offset: fault.Offset, Path: fault.Path, Message: fault.Err.Error()}
	switch {
	case errors.Is(fault, edi.ErrSegmentID) && w.inSet, errors.Is(fault, edi.ErrNesting) && w.inSet:
		return // the validator tells it
	case errors.Is(fault, edi.ErrTrailer):
		w.withoutTrailer(f)
	case w.inSet && !errors.Is(fault, edi.ErrTerminator):
		w.rejected = true
		f.Scope, f.Segment, f.Position, f.Code = OfSet, "SE", w.validator.Position()+1, SetCount
		if errors.Is(fault, edi.ErrControl) {
			f.Code, f.Element = SetControl, 2
		} else {
			f.Element = 1
		}
		f.quoteFault(fault, w.decoder.Delimiters().Element)
		w.addSet(f)
	case w.inGroup && (errors.Is(fault, edi.ErrControl) || errors.Is(fault, edi.ErrCount)):
		f.Segment, f.Code, f.Element = "GE", GroupCount, 1
		if errors.Is(fault, edi.ErrControl) {
			f.Code, f.Element = GroupControl, 2
		}
		f.quoteFault(fault, w.decoder.Delimiters().Element)
		w.addGroup(f)
	default:
		f.Code, f.Element = interchangeCode(fault)
		f.Segment = segmentOf(fault.Path)
		f.quoteFault(fault, w.decoder.Delimiters().Element)
		w.addInterchange(f)
	}
}

// withoutTrailer closes the innermost envelope, whose trailer is missing.
func (w *walk) withoutTrailer(f Finding) {
	switch {
	case w.inSet:
		w.rejected = true
		f.Scope, f.Segment, f.Position, f.Code = OfSet, "SE", w.validator.Position()+1, SetTrailer
		f.Path, f.Message = w.setPath+"/SE[1]", "the set has no SE: "+f.Message
		w.addSet(f)
		w.endSet()
	case w.inGroup:
		f.Segment, f.Code = "GE", GroupTrailer
		f.Path, f.Message = w.groupPath+"/GE[1]", "the group has no GE: "+f.Message
		w.addGroup(f)
		w.endGroup("")
	default:
		f.Segment, f.Code = "IEA", "022"
		w.addInterchange(f)
		w.endInterchange()
	}
}

// broken closes everything behind a fault that leaves the decoder lost.
func (w *walk) broken(fault *edi.SyntaxError) {
	f := Finding{Level: 1, Severity: Error, Offset: fault.Offset, Path: fault.Path, Message: fault.Err.Error()}
	switch {
	case w.ended && errors.Is(fault, edi.ErrNoInterchange):
		w.ended = false // what stands behind an interchange counts as its own
		f.Message = "text stands behind the interchange: " + f.Message
	case !w.inInterchange || w.ended:
		w.endInterchange()
		w.open()
		w.handler.BeginInterchange(edi.Interchange{})
	}
	for w.inSet || w.inGroup {
		w.withoutTrailer(f)
	}
	f.Code, f.Element = interchangeCode(fault)
	f.Segment, f.Lost = segmentOf(fault.Path), !errors.Is(fault, edi.ErrNoInterchange)
	f.quoteFault(fault, w.decoder.Delimiters().Element)
	w.addInterchange(f)
	w.endInterchange()
}

// fieldCodes are TA105 for ISA01 to ISA16.
var fieldCodes = [...]string{"010", "011", "012", "013", "005", "006", "007", "008", "014", "015", "016", "017", "018", "019", "020", "027"}

// interchangeCode is TA105 of a fault, with the element it is about.
func interchangeCode(fault *edi.SyntaxError) (code string, element int) {
	switch {
	case errors.Is(fault, edi.ErrControl):
		return "001", 2
	case errors.Is(fault, edi.ErrCount):
		return "021", 1
	case errors.Is(fault, edi.ErrEnd):
		return "023", 0
	case errors.Is(fault, edi.ErrTerminator), errors.Is(fault, edi.ErrSegmentTerminator):
		return "004", 0
	case errors.Is(fault, edi.ErrElementSeparator):
		return "026", 0
	case errors.Is(fault, edi.ErrComponentSeparator):
		return "027", 16
	case errors.Is(fault, edi.ErrRepetitionSeparator):
		return "016", 11
	case errors.Is(fault, edi.ErrISAWidth):
		field, err := strconv.Atoi(fault.Path[strings.LastIndexByte(fault.Path, '-')+1:])
		if err == nil && field >= 1 && field <= len(fieldCodes) {
			return fieldCodes[field-1], field
		}
		return "022", 0
	case errors.Is(fault, edi.ErrNesting), errors.Is(fault, edi.ErrSegmentID):
		return "022", 0
	}
	return "024", 0
}

// segmentOf gives the id of the segment that a path ends in.
func segmentOf(path string) string {
	last := path[strings.LastIndexByte(path, '/')+1:]
	if at := strings.IndexByte(last, '['); at > 0 {
		return last[:at]
	}
	return "ISA"
}
