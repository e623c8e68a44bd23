using System.Globalization;
using System.Text.Json.Nodes;
using MlOps.Models;
using MlOps.Providers;
using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>Runs the golden examples of a version and compares the outputs with the expected values.</summary>
internal static class GoldenExamples
{
    /// <summary>Runs all examples.</summary>
    /// <exception cref="ModelCheckException">An output differs by more than the tolerance, or an example cannot be run. The message names the
    /// example.</exception>
    public static void Check(LocalVersion local, ILoadedModel model, CancellationToken cancellationToken)
    {
        var (version, examples) = (local.Metadata, local.Examples);
        for (var index = 0; index < examples.Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (FindFault(version, examples[index], model) is { } fault)
            {
                throw new ModelCheckException(
                    $"Version {version.Number} of the model '{version.Model}' fails golden example {index + 1} of {examples.Count}: {fault} "
                    + "The files, the model runtime or the example changed after registration. Compare them, and register a version that passes.");
            }
        }
    }

    private static string? FindFault(ModelVersion version, GoldenExample example, ILoadedModel model)
    {
        try
        {
            var outputs = model.Predict(ExampleTensors.Read(example.Inputs, model.Signature, version.Signature));
            return example.Outputs.Select(expected => FindFault(outputs, expected.Key, expected.Value, example.Tolerance))
                .FirstOrDefault(static fault => fault is not null);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or OutOfMemoryException or ProviderException { IsTransient: true }))
        {
            return exception is ArgumentException or FormatException or MlOpsException
                ? exception.Message
                : $"{exception.GetType().Name}: {exception.Message.TrimEnd('.')}.";
        }
    }

    private static string? FindFault(IReadOnlyDictionary<string, ModelTensor> outputs, string name, JsonNode? expected, double tolerance) =>
        !outputs.TryGetValue(name, out var output)
        ? $"the model has no output '{name}'. The outputs are {string.Join(", ", outputs.Keys.Select(static key => $"'{key}'"))}."
        : FindDifference(expected, output, tolerance) is { } difference ? $"the output '{name}' {difference}"
        : null;

    private static string? FindDifference(JsonNode? expected, ModelTensor output, double tolerance)
    {
        var values = TensorJson.Flatten(expected).ToArray();
        if (values.Length != output.Values.Length)
        {
            return $"has {output.Values.Length} values; expected {values.Length}.";
        }

        for (var index = 0; index < values.Length; index++)
        {
            var actual = output.Values.GetValue(index);
            if (!IsClose(values[index], actual, tolerance))
            {
                return string.Create(
                    CultureInfo.InvariantCulture, $"is {actual} at position {index}; expected {values[index]?.ToJsonString() ?? "null"} ± {tolerance}.");
            }
        }

        return null;
    }

    private static bool IsClose(JsonValue? expected, object? actual, double tolerance)
    {
        if (actual is byte[] bytes)
        {
            return TensorJson.Read(expected, FeatureType.Binary) is byte[] wanted && bytes.AsSpan().SequenceEqual(wanted);
        }

        if (actual is string or DateTimeOffset or bool)
        {
            return TensorJson.Read(expected, FeatureTypes.Find(actual.GetType())!.Value).Equals(actual);
        }

        var left = (double)TensorJson.Read(expected, FeatureType.Float64);
        var right = actual is Half half ? (double)half : Convert.ToDouble(actual, CultureInfo.InvariantCulture);
        return left.Equals(right) || Math.Abs(left - right) <= tolerance;
    }
}
