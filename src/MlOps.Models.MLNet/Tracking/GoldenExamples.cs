using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.ML;
using MlOps.Models;
using MlOps.Registry;
using MlOps.Validation;

namespace MlOps.Tracking;

/// <summary>Creates golden examples from the first rows that the input schema accepts, with their predictions.</summary>
internal static class GoldenExamples
{
    // Single-precision sums differ between processors in the last digits.
    private const double Tolerance = 1e-5;

    /// <exception cref="ArgumentException">The schema does not fit the model, or rejects all rows.</exception>
    public static IReadOnlyList<GoldenExample> Create(ILoadedModel model, IDataView data, InputSchema? schema, int count, CancellationToken cancellationToken)
    {
        var columns = model.Signature.Inputs.Select(input => new ModelColumn(data.Schema[input.Name])).ToArray();

        // A cursor returns keys counted from 1, but the inputs of a model count them from 0.
        if (count == 0 || Array.Exists(columns, static column => column.Key is not null))
        {
            return [];
        }

        var fromSignature = InputSchema.FromSignature(model.Signature);
        var validator = new TensorValidator(schema is null ? fromSignature : fromSignature.OverrideWith(schema), model.Signature);
        var examples = new List<GoldenExample>();
        InputViolation? rejection = null;
        using var cursor = data.GetRowCursor(columns.Select(static column => column.Column));
        while (examples.Count < count && cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var inputs = columns.ToDictionary(static column => column.Name, column => ReadRow(cursor, column), StringComparer.Ordinal);
            if (validator.Validate(inputs).Violations is [var violation, ..])
            {
                rejection ??= violation;
                continue;
            }

            var outputs = model.Predict(inputs);
            examples.Add(new GoldenExample
            {
                Inputs = ToJson(inputs),
                Outputs = ToJson(outputs),
                Tolerance = Tolerance * Math.Max(1, outputs.Values.Max(FindLargest)),
            });
        }

        return examples.Count == 0 && rejection is not null && schema is not null
            ? throw new ArgumentException(
                $"The input schema rejects every row of the data. The first violation is: {rejection}. "
                + "Correct the schema, or pass the training data of the model.",
                nameof(schema))
            : examples;
    }

    private static ModelTensor ReadRow(DataViewRow row, ModelColumn column)
    {
        var collector = TensorCollector.Create(row, column, 1);
        collector.Collect();
        return collector.ToTensor();
    }

    private static JsonObject ToJson(IReadOnlyDictionary<string, ModelTensor> tensors) =>
        new(tensors.Select(static tensor => KeyValuePair.Create(tensor.Key, (JsonNode?)ToJson(tensor.Value, 0, 0, tensor.Value.Values.Length))));

    /// <summary>Converts a part of a tensor to nested arrays, beginning with a dimension. The first dimension is the single row.</summary>
    private static JsonNode ToJson(ModelTensor tensor, int dimension, int from, int count)
    {
        if (dimension >= tensor.Shape.Count)
        {
            return ToJson(tensor.Values.GetValue(from)!);
        }

        var length = (int)tensor.Shape[dimension];
        var size = length == 0 ? 0 : count / length;
        return new JsonArray([.. Enumerable.Range(0, length).Select(index => ToJson(tensor, dimension + 1, from + (index * size), size))]);
    }

    private static JsonValue ToJson(object value) => value switch
    {
        float number => float.IsFinite(number) ? JsonValue.Create(number) : JsonValue.Create(number.ToString(CultureInfo.InvariantCulture)),
        double number => double.IsFinite(number) ? JsonValue.Create(number) : JsonValue.Create(number.ToString(CultureInfo.InvariantCulture)),
        bool flag => JsonValue.Create(flag),
        DateTimeOffset moment => JsonValue.Create(moment.ToString("O", CultureInfo.InvariantCulture)),
        sbyte or byte or short or ushort or int or uint or long => JsonValue.Create(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        ulong number => JsonValue.Create(number),
        _ => JsonValue.Create(value.ToString()!),
    };

    private static double FindLargest(ModelTensor tensor) => tensor.Values switch
    {
        float[] { Length: > 0 } values => values.Where(float.IsFinite).Select(static value => (double)Math.Abs(value)).DefaultIfEmpty(0).Max(),
        double[] { Length: > 0 } values => values.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max(),
        _ => 0,
    };
}
