package ack

// textOf says what a code means; a code without a text is told as it is.
func textOf(texts map[string]string, code string) string {
	if text, ok := texts[code]; ok {
		return text
	}
	if code == "" {
		return "no reason given"
	}
	return "code " + code
}

// securityTexts are the verdicts of secured groups and sets that reject.
var securityTexts = map[string]string{
	"M": "rejected: the message authentication code does not fit",
	"W": "rejected: the assurance does not hold",
	"X": "rejected: the content could not be read after decryption",
}

// segmentTexts are those of AK304 and IK304.
var segmentTexts = map[string]string{
	"1":  "not a known segment id",
	"2":  "not expected here",
	"3":  "required and missing",
	"4":  "its loop stands too often",
	"5":  "stands too often",
	"6":  "does not belong to this set",
	"7":  "stands in the wrong order",
	"8":  "has faulty elements",
	"I4": "the guide does not use it",
	"I6": "the guide asks for it here, and it is missing",
	"I7": "its loop stands fewer times than the guide asks",
	"I8": "stands fewer times than the guide asks",
	"I9": "the guide does not use it here",
}

// elementTexts are those of AK403 and IK403.
var elementTexts = map[string]string{
	"1":   "required and missing",
	"2":   "required by another element, and missing",
	"3":   "more elements than the segment has",
	"4":   "too short",
	"5":   "too long",
	"6":   "holds a character that is not allowed",
	"7":   "not among the codes",
	"8":   "not a date",
	"9":   "not a time",
	"10":  "excluded by another element",
	"12":  "repeated too often",
	"13":  "more components than the element has",
	"I6":  "a code that the guide does not use",
	"I9":  "the guide asks for it here, and it is missing",
	"I10": "the guide does not use it",
	"I11": "repeated fewer times than the guide asks",
	"I12": "not of the form that the guide asks",
	"I13": "the guide does not use it here",
}

// setTexts are those of AK502 and IK502.
var setTexts = map[string]string{
	"1":  "set not supported",
	"2":  "the trailer SE is missing",
	"3":  "the control numbers in ST02 and SE02 differ",
	"4":  "SE01 is not the number of segments",
	"5":  "segments are faulty",
	"6":  "the set id in ST01 is missing or wrong",
	"7":  "the control number in ST02 is missing or wrong",
	"8":  "the name of the authentication key is not known",
	"9":  "the name of the encryption key is not known",
	"10": "the requested security is not available",
	"11": "the security recipient is not known",
	"12": "the encrypted message has the wrong length",
	"13": "the message authentication code does not fit",
	"15": "the security originator is not known",
	"16": "the decrypted text has faults of syntax",
	"17": "security is not supported",
	"23": "the control number in ST02 stands twice in the group",
	"I5": "segments break the guide",
	"I6": "the guide is not supported",
}

// groupTexts are those of AK905.
var groupTexts = map[string]string{
	"1":  "functional group not supported",
	"2":  "version not supported",
	"3":  "the trailer GE is missing",
	"4":  "the control numbers in GS06 and GE02 differ",
	"5":  "GE01 is not the number of sets",
	"6":  "the control number in GS06 is not valid",
	"10": "the name of the authentication key is not known",
	"11": "the name of the encryption key is not known",
	"12": "the requested security is not available",
	"13": "the security recipient is not known",
	"14": "the security originator is not known",
	"15": "the decrypted text has faults of syntax",
	"16": "security is not supported",
	"17": "the encrypted message has the wrong length",
	"18": "the message authentication code does not fit",
	"19": "the control number in GS06 stands twice",
}

// noteTexts are those of TA105.
var noteTexts = map[string]string{
	noNote: "no error",
	"001":  "the control numbers in ISA13 and IEA02 differ",
	"002":  "the standard in ISA11 is not supported",
	"003":  "the version in ISA12 is not supported",
	"004":  "the segment terminator is not valid",
	"005":  "the sender's qualifier is not valid",
	"006":  "the sender's id is not valid",
	"007":  "the receiver's qualifier is not valid",
	"008":  "the receiver's id is not valid",
	"009":  "the receiver's id is not known",
	"010":  "the authorization qualifier is not valid",
	"011":  "the authorization is not valid",
	"012":  "the security qualifier is not valid",
	"013":  "the security information is not valid",
	"014":  "the date is not valid",
	"015":  "the time is not valid",
	"016":  "the standard, or the repetition separator, in ISA11 is not valid",
	"017":  "the version in ISA12 is not valid",
	"018":  "the control number in ISA13 is not valid",
	"019":  "the request for an acknowledgement in ISA14 is not valid",
	"020":  "the usage in ISA15 is not valid",
	"021":  "IEA01 is not the number of groups",
	"022":  "the structure of the envelope is not valid",
	"023":  "the file ends too early",
	"024":  "the content is not valid, such as a GS",
	"025":  "the control number was used before",
	"026":  "the element separator is not valid",
	"027":  "the component separator is not valid",
	"028":  "the date of deferred delivery is not valid",
	"029":  "the time of deferred delivery is not valid",
	"030":  "the time code of deferred delivery is not valid",
	"031":  "the grade of service is not valid",
}
