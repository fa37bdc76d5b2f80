package masterdata

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnEditSaysOnlyWhatChanged(t *testing.T) {
	entity := Entity{Name: "supplier", Fields: []Field{{Name: "name"}, {Name: StatusField}, {Name: "email"}, {Name: "street"}}}
	row := Row{Code: "0010045", Values: Values{"street": "1 Quay, \"Dock\" 4", "email": "a@acme.example"}}
	content, err := PrintEdit("100", row)
	require.NoError(t, err)
	require.Equal(t, "company,code,email,street\n100,0010045,a@acme.example,\"1 Quay, \"\"Dock\"\" 4\"\n", string(content))
	rows, err := ParseFile(entity, "100", content, nil)
	require.NoError(t, err)
	require.Equal(t, []Row{row}, rows)
}
