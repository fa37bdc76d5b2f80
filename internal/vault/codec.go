package vault

import (
	"context"
	"fmt"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"google.golang.org/protobuf/proto"
)

// The metadata of a sealed payload, as Temporal's samples name them.
const (
	metadataEncoding = "encoding"
	metadataKey      = "encryption-key-id"
	encodingSealed   = "binary/encrypted"
)

// payloadPlace is bound to every payload: they wander through histories, so it is
// the same for all.
const payloadPlace = "temporal"

// codec seals payloads one by one.
type codec struct {
	seal func(plain []byte) (sealed []byte, key string, err error)
	open func(sealed []byte) ([]byte, error)
}

// Codec compresses and seals what goes into Temporal, and opens what comes back.
// What was never sealed passes.
func (v *Vault) Codec() converter.PayloadCodec {
	return compressed(codec{
		seal: func(plain []byte) ([]byte, string, error) {
			sealed, err := v.Seal(PurposePayload, payloadPlace, plain)
			return sealed, KeyID(sealed), err
		},
		open: func(sealed []byte) ([]byte, error) {
			return v.Open(context.Background(), PurposePayload, payloadPlace, sealed)
		},
	})
}

// FixedCodec seals with one given key: replay tests read recorded histories with it.
func FixedCodec(raw [32]byte) (converter.PayloadCodec, error) {
	aead, err := newAEAD(raw[:])
	if err != nil {
		return nil, err
	}
	return compressed(codec{
		seal: func(plain []byte) ([]byte, string, error) { return aead.Seal(nil, nil, plain, nil), "fixed", nil },
		open: func(sealed []byte) ([]byte, error) { return aead.Open(nil, nil, sealed, nil) },
	}), nil
}

// compressed compresses before it seals: codecs apply from the last to the first.
func compressed(c codec) converter.PayloadCodec {
	return chain{c, converter.NewZlibCodec(converter.ZlibCodecOptions{})}
}

type chain []converter.PayloadCodec

// Encode implements converter.PayloadCodec.
func (c chain) Encode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	var err error
	for i := len(c) - 1; i >= 0 && err == nil; i-- {
		payloads, err = c[i].Encode(payloads)
	}
	return payloads, err
}

// Decode implements converter.PayloadCodec.
func (c chain) Decode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	var err error
	for i := 0; i < len(c) && err == nil; i++ {
		payloads, err = c[i].Decode(payloads)
	}
	return payloads, err
}

// Encode implements converter.PayloadCodec.
func (c codec) Encode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	out := make([]*commonpb.Payload, len(payloads))
	for i, p := range payloads {
		plain, err := proto.Marshal(p)
		if err != nil {
			return nil, err
		}
		sealed, key, err := c.seal(plain)
		if err != nil {
			return nil, err
		}
		out[i] = &commonpb.Payload{Data: sealed, Metadata: map[string][]byte{metadataEncoding: []byte(encodingSealed), metadataKey: []byte(key)}}
	}
	return out, nil
}

// Decode implements converter.PayloadCodec.
func (c codec) Decode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	out := make([]*commonpb.Payload, len(payloads))
	for i, p := range payloads {
		if string(p.GetMetadata()[metadataEncoding]) != encodingSealed {
			out[i] = p
			continue
		}
		plain, err := c.open(p.GetData())
		if err != nil {
			return nil, fmt.Errorf("payload: %w", err)
		}
		out[i] = &commonpb.Payload{}
		if err := proto.Unmarshal(plain, out[i]); err != nil {
			return nil, fmt.Errorf("payload: %w", err)
		}
	}
	return out, nil
}

// Converters are what a client of Temporal needs so that everything it sends is
// sealed: inputs and results, summaries, and the texts and stacks of failures.
func Converters(c converter.PayloadCodec) (converter.DataConverter, converter.FailureConverter) {
	data := converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), c)
	return data, temporal.NewDefaultFailureConverter(temporal.DefaultFailureConverterOptions{DataConverter: data, EncodeCommonAttributes: true})
}
