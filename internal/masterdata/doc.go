// Package masterdata is the comparison engine of the master-data flows: it holds what M3
// has of a record, what Cleo has, and what both agreed on last time side by side, and
// decides field by field what is to be written where, and what a person has to decide.
//
// It is pure: the same three values and the same rules give the same decision. Comparing
// knows nothing of suppliers, customers or accounts but the [Entity] that describes them.
// What they are in M3 stands beside it: [Attributes] are the fields of each, SupplierValues
// and its like what M3 says, SupplierChange what makes a decision true in M3, and
// NewSupplier what makes a record there.
//
// # Fields of a record that both sides have
//
// Values are compared in the field's own form ([Same]); an absent value is an empty one. A
// record that was never compared agreed on nothing, so every value it has counts as
// changed; a field that is added to the configuration later begins the same way.
//
//	            unchanged   changed in M3   changed at Cleo   changed on both     changed alike
//	infor       –           to Cleo         to Cleo, told     to Cleo, told       –
//	cleo        –           to M3, told     to M3             to M3, told         –
//	newest      –           to Cleo         to M3             the later, told     –
//	manual      –           conflict        conflict          conflict            –
//	guarded     –           conflict        conflict          conflict            conflict
//
// "Told" is a value that somebody entered and that is overwritten
// ([FieldDecision.Overwritten]): an edit by the owner is never lost, one by the other side
// never vanishes unseen. "The later" needs two times that tell which side it is
// ([Side.Changed]); without them it is a conflict. The flows never have them, because neither
// system tells when a field changed: where both sides changed it, a person is asked. Guarded fields say
// where money goes and have no owner: nothing writes them but a person's decision, not even
// when a record is created. A guarded value that appears alike on both sides where none was
// agreed is taken as it is: it replaces nothing.
//
// # Records that one side has
//
//	            never compared                             agreed before
//	only M3     create at Cleo, by Entity.CreateCleo       deleted at Cleo: the same
//	only Cleo   create in M3, by Entity.CreateInfor        deleted in M3: make it inactive at Cleo, which deletes nothing
//	neither     nothing                                    forget what was agreed
//
// What is created gets every value of the other side but the guarded ones, which stay
// conflicts. Creation that a person must accept parks.
//
// # One run
//
// Decisions write only what differs. After they are carried out, comparing again with
// [Decision.Next] as agreed decides nothing more, but for the conflicts, which hold up no
// other field and stand until [Resolve] or an edit settles them.
package masterdata
