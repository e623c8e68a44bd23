using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace MlOps.Models;

/// <summary>Predicts from named tensors.</summary>
internal sealed class UntypedPrediction(ModelSource source, OnnxTensor[] inputs, OnnxTensor[] outputs)
{
    /// <summary>The outputs that tensors of .NET can hold.</summary>
    private readonly OnnxTensor[] _outputs = Array.FindAll(outputs, static output => output.IsMappable);

    public Dictionary<string, ModelTensor> Predict(InferenceSession session, RunOptions runOptions, IReadOnlyDictionary<string, ModelTensor> tensors)
    {
        Validate(tensors);
        var values = new List<OrtValue>();
        var memory = new List<object>();
        try
        {
            foreach (var input in inputs)
            {
                values.Add(ToValue(input, tensors[input.Name], memory));
            }

            using var results = session.Run(
                runOptions, Array.ConvertAll(inputs, static input => input.Name), values, Array.ConvertAll(_outputs, static output => output.Name));
            return _outputs.Zip(results, static (output, value) => (output.Name, Tensor: ToTensor(output, value))).ToDictionary(static pair => pair.Name, static pair => pair.Tensor);
        }
        finally
        {
            values.ForEach(static value => value.Dispose());
            GC.KeepAlive(memory);
        }
    }

    private void Validate(IReadOnlyDictionary<string, ModelTensor> tensors)
    {
        var faults = new List<string>();
        foreach (var input in inputs)
        {
            if (!tensors.TryGetValue(input.Name, out var tensor))
            {
                faults.Add($"'{input.Name}' is missing, which is {input.Description}");
            }
            else if (tensor.Type != input.Type || !IsShapeOf(input, tensor.Shape))
            {
                faults.Add(string.Create(CultureInfo.InvariantCulture, $"'{input.Name}' is {input.Description}, not {tensor.Type} [{string.Join(", ", tensor.Shape)}]"));
            }
            else if (input.Type == FeatureType.String && Array.IndexOf(tensor.Values, null) >= 0)
            {
                faults.Add($"'{input.Name}' has a text that is null");
            }
        }

        faults.AddRange(tensors.Keys.Except(inputs.Select(static input => input.Name), StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(static name => $"'{name}' is no input"));
        if (faults.Count > 0)
        {
            throw new ArgumentException($"The inputs do not fit {source}: {string.Join("; ", faults)}. Give a tensor of the right type and shape for each input.", nameof(tensors));
        }
    }

    /// <summary>Tells whether a shape fits; an input whose shape the model does not say takes any.</summary>
    private static bool IsShapeOf(OnnxTensor input, IReadOnlyList<long> shape) =>
        input.Shape.Count == 0 || (shape.Count == input.Shape.Count && input.Shape.Zip(shape).All(static pair => pair.First < 0 || pair.First == pair.Second));

    private static OrtValue ToValue(OnnxTensor input, ModelTensor tensor, List<object> memory)
    {
        long[] shape = [.. tensor.Shape];
        switch (input.Type)
        {
            case FeatureType.String:
                var texts = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, shape);
                for (var i = 0; i < tensor.Values.Length; i++)
                {
                    texts.StringTensorSetElementAt(((string[])tensor.Values)[i].AsSpan(), i);
                }

                return texts;
            case FeatureType.Boolean:
                return ToValue<bool>(input, tensor, shape, memory);
            default:
                return OnnxElements.Visit<ValueVisitor, OrtValue>(input.Type!.Value, new ValueVisitor(input, tensor, shape, memory));
        }
    }

    private static OrtValue ToValue<T>(OnnxTensor input, ModelTensor tensor, long[] shape, List<object> memory)
        where T : unmanaged
    {
        var pinned = new PinnedTensor<T>(input.Element, tensor.Values.Length);
        tensor.AsSpan<T>().CopyTo(pinned.Values);
        memory.Add(pinned);
        return pinned.ToValue(shape);
    }

    private static ModelTensor ToTensor(OnnxTensor output, OrtValue value) => new(
        output.Type switch
        {
            FeatureType.String => value.GetStringTensorAsArray(),
            FeatureType.Boolean => ToArray<bool>(value),
            _ => OnnxElements.Visit<ArrayVisitor, Array>(output.Type!.Value, new ArrayVisitor(value)),
        },
        value.GetTensorTypeAndShape().Shape);

    private static T[] ToArray<T>(OrtValue value)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(value.GetTensorMutableRawData()).ToArray();

    private readonly struct ValueVisitor(OnnxTensor input, ModelTensor tensor, long[] shape, List<object> memory) : INumberVisitor<OrtValue>
    {
        public OrtValue Visit<T>()
            where T : unmanaged, INumberBase<T> => ToValue<T>(input, tensor, shape, memory);
    }

    private readonly struct ArrayVisitor(OrtValue value) : INumberVisitor<Array>
    {
        public Array Visit<T>()
            where T : unmanaged, INumberBase<T> => ToArray<T>(value);
    }
}
