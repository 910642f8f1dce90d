// Asks the service by a client that oapi-codegen made of OpenAPI 3.0. Prints the answers as JSON.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"strings"

	"example.com/client/generated"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	ctx := context.Background()
	client := must(generated.NewClientWithResponses(os.Args[1]))
	var rows []json.RawMessage
	if err := json.NewDecoder(os.Stdin).Decode(&rows); err != nil {
		panic(err)
	}
	var scores, confidences []float64
	var predictRows []generated.PredictRow
	var text strings.Builder
	for _, raw := range rows {
		var risk generated.PredictRow
		var offer generated.RecommendRow
		if err := json.Unmarshal(raw, &risk); err != nil {
			panic(err)
		}
		if err := json.Unmarshal(raw, &offer); err != nil {
			panic(err)
		}
		scores = append(scores, must(client.PredictWithResponse(ctx, nil, risk)).JSON200.RiskScore)
		confidences = append(confidences, must(client.RecommendWithResponse(ctx, nil, offer)).JSON200.Confidence)
		predictRows = append(predictRows, risk)
		text.Write(raw)
		text.WriteString("\n")
	}
	spend, brand := -1.0, "Nokia"
	refused := must(client.PredictWithResponse(ctx, nil, generated.PredictRow{MonthlySpend: &spend}))
	spend = 65000
	record := generated.PredictRow{MonthlySpend: &spend, DeviceBrand: &brand}
	record.Set("_id", "a1")
	extra := must(client.PredictWithResponse(ctx, nil, record))

	bad := -1.0
	all := append(predictRows, generated.PredictRow{MonthlySpend: &bad})
	batch := must(client.PredictBatchWithResponse(ctx, nil, generated.PredictBatchRows{Instances: all})).JSON200
	var inBatch []any
	for _, one := range batch.Predictions {
		if must(one.Discriminator()) == "success" {
			inBatch = append(inBatch, must(one.AsPredictAnswer()).RiskScore)
		} else {
			inBatch = append(inBatch, must(one.AsErrorAnswer()).Code)
		}
	}
	stream := must(client.PredictStreamWithBodyWithResponse(ctx, nil, "application/x-ndjson", strings.NewReader(text.String())))
	var lines []float64
	for _, line := range bytes.Split(bytes.TrimSpace(stream.Body), []byte("\n")) {
		var answer generated.PredictAnswer
		if err := json.Unmarshal(line, &answer); err != nil {
			panic(err)
		}
		lines = append(lines, answer.RiskScore)
	}
	lost := must(client.GetModelWithResponse(ctx, "nothing"))
	model := must(client.GetModelWithResponse(ctx, "churn"))
	two := int64(2)
	explained := must(client.PredictWithResponse(ctx, &generated.PredictParams{Explain: &two}, predictRows[0]))
	if err := json.NewEncoder(os.Stdout).Encode(map[string]any{
		"predict": scores, "recommend": confidences, "batch": inBatch, "failed": batch.Failed, "stream": lines,
		"extra":   extra.JSON200.Status,
		"refused": []any{refused.JSON400.Code, refused.JSON400.Errors[0].Field},
		"lost":    lost.JSON404.Code, "nodes": model.JSON200.NNodes, "factors": len(explained.JSON200.Explanation.Factors),
	}); err != nil {
		panic(err)
	}
}
