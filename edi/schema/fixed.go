package schema

import (
	"bytes"
	"math"
	"math/bits"
	"strconv"
	"strings"
)

// fixed is a decimal: digits / 10^scale. It is for sums that are compared, and is read
// from the wire without allocating. What does not fit is not compared.
type fixed struct {
	digits int64
	scale  int
}

// mostDigits always fit an int64.
const mostDigits = 18

var powers = func() (p [mostDigits + 1]int64) {
	p[0] = 1
	for i := 1; i < len(p); i++ {
		p[i] = 10 * p[i-1]
	}
	return p
}()

// parseFixed reads a number of type N or R.
func parseFixed(value []byte) (n fixed, ok bool) {
	negative := len(value) > 0 && value[0] == '-'
	if negative {
		value = value[1:]
	}
	count, point := 0, false
	for _, c := range value {
		switch {
		case c >= '0' && c <= '9':
			n.digits = n.digits*10 + int64(c-'0')
			if n.digits > 0 {
				count++
			}
			if point {
				n.scale++
			}
		case c == '.' && !point:
			point = true
		default:
			return fixed{}, false
		}
		if count > mostDigits || n.scale > mostDigits {
			return fixed{}, false
		}
	}
	if negative {
		n.digits = -n.digits
	}
	return n, len(value) > 1 || (len(value) == 1 && !point)
}

// parseWhole reads a number of type N, whose point is implied.
func parseWhole(value []byte) (fixed, bool) {
	if bytes.IndexByte(value, '.') >= 0 {
		return fixed{}, false
	}
	return parseFixed(value)
}

// multiply gives a * b, and whether it fits.
func multiply(a, b int64) (int64, bool) {
	high, low := bits.Mul64(magnitude(a), magnitude(b))
	if high != 0 || low > math.MaxInt64 {
		return 0, false
	}
	if (a < 0) != (b < 0) {
		return -int64(low), true
	}
	return int64(low), true
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// plus adds, and says whether the sum fits.
func (n fixed) plus(o fixed) (fixed, bool) {
	if n.scale < o.scale {
		n, o = o, n
	}
	if n.scale-o.scale > mostDigits {
		return fixed{}, false
	}
	digits, ok := multiply(o.digits, powers[n.scale-o.scale])
	total := n.digits + digits
	overflow := (n.digits > 0) == (digits > 0) && (total > 0) != (digits > 0) && n.digits != 0 && digits != 0
	return fixed{total, n.scale}, ok && !overflow
}

func (n fixed) negated() fixed { return fixed{-n.digits, n.scale} }

// String is the number as a person writes it.
func (n fixed) String() string {
	text := strconv.FormatUint(magnitude(n.digits), 10)
	if n.scale > 0 {
		text = strings.Repeat("0", max(0, n.scale+1-len(text))) + text
		text = strings.TrimRight(strings.TrimRight(text[:len(text)-n.scale]+"."+text[len(text)-n.scale:], "0"), ".")
	}
	if n.digits < 0 {
		text = "-" + text
	}
	return text
}

// sum adds numbers until one of them does not fit.
type sum struct {
	fixed
	lost bool
}

func (s *sum) add(n fixed) {
	total, ok := s.plus(n)
	s.fixed, s.lost = total, s.lost || !ok
}

// addProduct adds a * b.
func (s *sum) addProduct(a, b fixed) {
	digits, ok := multiply(a.digits, b.digits)
	s.lost = s.lost || !ok
	s.add(fixed{digits, a.scale + b.scale})
}
