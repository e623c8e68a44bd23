using System.Text.Json.Nodes;
using MlOps.Models;

namespace MlOps.Serving;

/// <summary>Converts the input values of a golden example to the input tensors of a model.</summary>
internal static class ExampleTensors
{
    /// <summary>Reads the tensors of one example.</summary>
    /// <param name="inputs">The values, by the input names of the model or of the registered signature.</param>
    /// <param name="model">The signature that the loaded model reports.</param>
    /// <param name="registered">The registered signature. If the model has one two-dimensional input, this signature may name its columns.</param>
    /// <exception cref="ArgumentException">A value does not match its feature. The message names the feature.</exception>
    public static IReadOnlyDictionary<string, ModelTensor> Read(JsonObject inputs, ModelSignature model, ModelSignature? registered)
    {
        if (model.Inputs is [{ Shape.Count: 2 } only] && !inputs.ContainsKey(only.Name) && registered is not null)
        {
            return new Dictionary<string, ModelTensor> { [only.Name] = Pack(inputs, only, registered) };
        }

        return model.Inputs.Where(input => inputs.ContainsKey(input.Name) || !input.IsOptional).ToDictionary(
            static input => input.Name,
            input => TensorJson.Read(Get(inputs, input.Name), input));
    }

    /// <summary>Packs the columns into one tensor, in the order of the registered signature.</summary>
    private static ModelTensor Pack(JsonObject inputs, ModelFeature tensor, ModelSignature registered)
    {
        var columns = registered.Inputs
            .Select(column => TensorJson.Flatten(Get(inputs, column.Name)).ToArray())
            .ToArray();
        var rows = new JsonArray([.. Enumerable.Range(0, columns.Max(static column => column.Length))
            .Select(row => new JsonArray([.. columns.Select(column => row < column.Length ? column[row]?.DeepClone() : null)]))]);
        return TensorJson.Read(rows, tensor);
    }

    private static JsonNode? Get(JsonObject inputs, string name) =>
        inputs.TryGetPropertyValue(name, out var value) ? value : throw new ArgumentException($"the example has no value for '{name}'.");
}
