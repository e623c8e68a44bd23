using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace MlOps.Models;

/// <summary>Predicts from named tensors.</summary>
internal sealed class UntypedPrediction(ModelSource source, OnnxTensor[] inputs)
{
    public Dictionary<string, ModelTensor> Predict(
        InferenceSession session, RunOptions runOptions, IReadOnlyDictionary<string, ModelTensor> tensors, OnnxTensor[] outputs)
    {
        Validate(tensors);
        OnnxTensor[] given = Array.FindAll(inputs, input => tensors.GetValueOrDefault(input.Name) is not null);
        var values = new List<OrtValue>(given.Length);
        var pins = new List<GCHandle>(given.Length);
        try
        {
            foreach (var input in given)
            {
                values.Add(ToValue(input, tensors[input.Name], pins));
            }

            using var results = session.Run(
                runOptions, Array.ConvertAll(given, static input => input.Name), values, Array.ConvertAll(outputs, static output => output.Name));
            return outputs.Zip(results, static (output, value) => (output.Name, Tensor: ToTensor(output, value)))
                .ToDictionary(static pair => pair.Name, static pair => pair.Tensor);
        }
        finally
        {
            values.ForEach(static value => value.Dispose());
            pins.ForEach(static pin => pin.Free());
        }
    }

    private void Validate(IReadOnlyDictionary<string, ModelTensor> tensors)
    {
        var faults = new List<string>();
        foreach (var input in inputs)
        {
            if (!tensors.TryGetValue(input.Name, out var tensor) || tensor is null)
            {
                if (!input.IsOptional)
                {
                    faults.Add($"'{input.Name}', {input.Description}, is missing");
                }
            }
            else if (tensor.Type != input.Type || !input.Accepts(tensor.Shape))
            {
                faults.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"'{input.Name}' requires {input.Description}, but the tensor is {tensor.Type} [{string.Join(", ", tensor.Shape)}]"));
            }
            else if (input.Type == FeatureType.String && Array.IndexOf(tensor.Values, null) >= 0)
            {
                faults.Add($"'{input.Name}' contains a null string");
            }
        }

        var unknown = tensors.Keys.Except(inputs.Select(static input => input.Name), StringComparer.Ordinal).Order(StringComparer.Ordinal);
        faults.AddRange(unknown.Select(static name => $"'{name}' is not an input"));
        if (faults.Count > 0)
        {
            throw new ArgumentException(
                $"The inputs do not fit {source}: {string.Join("; ", faults)}. Pass a tensor of the required type and shape for each input.",
                nameof(tensors));
        }
    }

    /// <summary>Creates a value of ONNX Runtime. Numbers are pinned for the call and not copied; strings are copied.</summary>
    private static OrtValue ToValue(OnnxTensor input, ModelTensor tensor, List<GCHandle> pins)
    {
        long[] shape = [.. tensor.Shape];
        if (tensor.Values is string[] values)
        {
            var texts = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, shape);
            for (var i = 0; i < values.Length; i++)
            {
                texts.StringTensorSetElementAt(values[i].AsSpan(), i);
            }

            return texts;
        }

        var pin = GCHandle.Alloc(tensor.Values, GCHandleType.Pinned);
        pins.Add(pin);
        return OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, input.Element, shape, pin.AddrOfPinnedObject(),
            (long)tensor.Values.Length * OnnxElementTypes.SizeOf(tensor.Type));
    }

    private static ModelTensor ToTensor(OnnxTensor output, OrtValue value) => output.Keys is not null ? ClassProbabilities.Read(output, value) : new(
        output.Type switch
        {
            FeatureType.String => value.GetStringTensorAsArray(),
            FeatureType.Boolean => ToArray<bool>(value),
            _ => OnnxElementTypes.Visit<ArrayVisitor, Array>(output.Type!.Value, new ArrayVisitor(value)),
        },
        value.GetTensorTypeAndShape().Shape);

    private static T[] ToArray<T>(OrtValue value)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(value.GetTensorMutableRawData()).ToArray();

    private readonly struct ArrayVisitor(OrtValue value) : INumberVisitor<Array>
    {
        public Array Visit<T>()
            where T : unmanaged, INumberBase<T> => ToArray<T>(value);
    }
}
