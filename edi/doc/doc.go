// Package doc gives X12 sets their business meaning: Go structs with typed dates,
// decimal amounts (implied decimals handled) and loops as slices.
//
// A set is described once, as the parts of its loops and the elements of its segments,
// and read and written by that description. Unmarshal reads the segments between ST and
// SE; Marshal turns a document into them, in the order of the standard, and checks each
// element against its length in the version that is asked for. Nothing is cut or
// guessed, and nothing is lost:
//
//   - Segments that no field holds are kept in the Unmodelled of their loop, and
//     elements behind those that fields hold in the Extra of their struct. Both are
//     written back where they stood.
//   - A number that is not sent is nil, which is not zero; quantity and price of a line
//     have a field of their own to say so.
//   - A number keeps its scale: "1.230" is written as "1.230". Leading zeros, a point
//     without decimals and the sign of a negative zero are dropped, ".5" becomes "0.5".
//     Trailing empty elements are left out, as the standard wants.
//   - A composite stays as it is, joined by the component separator of its interchange;
//     whoever writes with another separator has to replace it.
//
// Segments have to stand in the order of the standard; a part of a set that does not is
// an error, because nobody knows what it belongs to. Errors of both directions are a
// *FieldError or a *LengthError and name the element.
package doc
