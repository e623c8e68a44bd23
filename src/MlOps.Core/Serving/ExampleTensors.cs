using System.Text.Json.Nodes;
using MlOps.Models;

namespace MlOps.Serving;

/// <summary>Makes the tensors that a model takes of the values of a golden example.</summary>
internal static class ExampleTensors
{
    /// <param name="inputs">The values, by the names of the model's inputs or by those of the registered signature.</param>
    /// <param name="model">The signature of the model itself.</param>
    /// <param name="registered">The registered signature, which may name the columns of the one tensor that the model takes.</param>
    /// <exception cref="ArgumentException">The values do not fit; the message names the feature.</exception>
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

    /// <summary>Puts columns side by side, in the order of the signature that names them.</summary>
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
        inputs.TryGetPropertyValue(name, out var value) ? value : throw new ArgumentException($"it has no value for '{name}'.");
}
