package devserver

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"go.temporal.io/api/enums/v1"
	namespacepb "go.temporal.io/api/namespace/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/protobuf/types/known/durationpb"
)

// usableTimeout exceeds the minute after which a server reads its search attributes again.
const usableTimeout = 2 * time.Minute

// SetRetention makes the namespace keep closed workflows for at least the given time; at least one hour is allowed. A
// longer retention stays: what an operator chose to keep is not ours to delete.
func SetRetention(ctx context.Context, c client.Client, namespace string, atLeast time.Duration) error {
	found, err := c.WorkflowService().DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: namespace})
	if err != nil {
		return fmt.Errorf("read the retention of namespace %q: %w", namespace, err)
	}
	if found.GetConfig().GetWorkflowExecutionRetentionTtl().AsDuration() >= atLeast {
		return nil
	}
	_, err = c.WorkflowService().UpdateNamespace(ctx, &workflowservice.UpdateNamespaceRequest{
		Namespace: namespace,
		Config:    &namespacepb.NamespaceConfig{WorkflowExecutionRetentionTtl: durationpb.New(atLeast)},
	})
	if err != nil {
		return fmt.Errorf("raise the retention of namespace %q to %s: %w", namespace, atLeast, err)
	}
	return nil
}

// RegisterSearchAttributes adds the attributes that the namespace lacks and returns when all of them can be used in
// queries. It is idempotent. An attribute that exists with another type is an error and nothing is added.
func RegisterSearchAttributes(ctx context.Context, c client.Client, namespace string, attributes map[string]enums.IndexedValueType) error {
	if len(attributes) == 0 {
		return nil
	}
	missing, err := missingAttributes(ctx, c, namespace, attributes)
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		_, err = c.OperatorService().AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{
			Namespace: namespace, SearchAttributes: missing,
		})
		var exists *serviceerror.AlreadyExists // another process was faster
		if err != nil && !errors.As(err, &exists) {
			return fmt.Errorf("add search attributes %s to namespace %q: %w", names(missing), namespace, err)
		}
	}
	return waitUntilUsable(ctx, c, namespace, attributes)
}

func missingAttributes(ctx context.Context, c client.Client, namespace string, wanted map[string]enums.IndexedValueType) (map[string]enums.IndexedValueType, error) {
	found, err := c.OperatorService().ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: namespace})
	if err != nil {
		return nil, fmt.Errorf("list the search attributes of namespace %q: %w", namespace, err)
	}
	missing := map[string]enums.IndexedValueType{}
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		have, exists := found.GetCustomAttributes()[name]
		if exists && have != wanted[name] {
			return nil, fmt.Errorf("search attribute %q of namespace %q is of type %s, %s is needed; remove it, or use another namespace",
				name, namespace, have, wanted[name])
		}
		if !exists {
			missing[name] = wanted[name]
		}
	}
	return missing, nil
}

// waitUntilUsable asks for workflows without the attributes until the server knows them all: it reads them from a cache.
func waitUntilUsable(ctx context.Context, c client.Client, namespace string, attributes map[string]enums.IndexedValueType) error {
	ctx, cancel := context.WithTimeoutCause(ctx, usableTimeout, fmt.Errorf("not usable within %s", usableTimeout))
	defer cancel()
	conditions := slices.Sorted(maps.Keys(attributes))
	for i, name := range conditions {
		conditions[i] = name + " IS NULL"
	}
	err := poll(ctx, func(ctx context.Context) error {
		_, err := c.WorkflowService().ListWorkflowExecutions(ctx, &workflowservice.ListWorkflowExecutionsRequest{
			Namespace: namespace, PageSize: 1, Query: strings.Join(conditions, " AND "),
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("use search attributes %s in namespace %q: %w", names(attributes), namespace, err)
	}
	return nil
}

func names(attributes map[string]enums.IndexedValueType) string {
	return strings.Join(slices.Sorted(maps.Keys(attributes)), ", ")
}
