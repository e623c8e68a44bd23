namespace MlOps.Models;

/// <summary>How the properties of two types are the inputs and outputs of a model.</summary>
/// <remarks>Immutable. It makes buffers, each for one predictor.</remarks>
internal sealed class OnnxMapping<TInput, TOutput>
{
    private readonly Func<int, InputBuffer<TInput>>[] _inputs;
    private readonly Func<int, OutputBuffer<TOutput>>[] _outputs;

    private OnnxMapping(Func<int, InputBuffer<TInput>>[] inputs, Func<int, OutputBuffer<TOutput>>[] outputs)
    {
        _inputs = inputs;
        _outputs = outputs;
    }

    /// <summary>Gets a value indicating whether the model takes no more than one row at a time.</summary>
    public required bool IsRowByRow { get; init; }

    /// <summary>Gets a value indicating whether the width of a row is known only from the rows.</summary>
    public required bool HasInputsOfAnyWidth { get; init; }

    /// <summary>Finds the property of each input, and the output of each property.</summary>
    /// <exception cref="ModelMappingException">Something does not fit; it lists all that does not.</exception>
    public static OnnxMapping<TInput, TOutput> Compile(LoadedOnnxModel model, IReadOnlyList<FeatureProperty> inputs, IReadOnlyList<FeatureProperty> outputs)
    {
        var faults = new List<MappingFault>();
        var mappedInputs = new InputMapper(model, inputs, faults).Map();
        var mappedOutputs = new OutputMapper(model, outputs, faults).Map();
        if (faults.Count > 0)
        {
            throw new ModelMappingException(model.Source, typeof(TInput), typeof(TOutput), faults);
        }

        return new OnnxMapping<TInput, TOutput>(
            [.. mappedInputs.Select(static input => InputBuffers.Plan<TInput>(input.Tensor, input.Properties))],
            [.. mappedOutputs.Select(static output => OutputBuffers.Plan<TOutput>(output.Tensor, output.Properties))])
        {
            IsRowByRow = mappedInputs.Exists(static input => input.Tensor.IsSingleRow) || mappedOutputs.Exists(static output => output.Tensor.IsSingleRow),
            HasInputsOfAnyWidth = mappedInputs.Exists(static input => input.Tensor.Width is null),
        };
    }

    public InputBuffer<TInput>[] CreateInputs(int capacity) => Array.ConvertAll(_inputs, create => create(capacity));

    public OutputBuffer<TOutput>[] CreateOutputs(int capacity) => Array.ConvertAll(_outputs, create => create(capacity));
}
