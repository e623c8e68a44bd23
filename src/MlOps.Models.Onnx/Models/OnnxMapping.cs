using System.Diagnostics.CodeAnalysis;
using MlOps.Providers;

namespace MlOps.Models;

/// <summary>How the properties of two types are the inputs and outputs of a model.</summary>
/// <remarks>Immutable. It makes buffers, each for one predictor.</remarks>
internal sealed class OnnxMapping<
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TInput,
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TOutput>
    where TInput : class
    where TOutput : class
{
    private readonly Func<int, InputBuffer<TInput>>[] _inputs;
    private readonly Func<int, OutputBuffer<TOutput>>[] _outputs;

    private OnnxMapping(List<MappedTensor> inputs, List<MappedTensor> outputs)
    {
        _inputs = [.. inputs.Select(static input => InputBuffers.Plan<TInput>(input.Tensor, input.Properties))];
        _outputs = [.. outputs.Select(static output => OutputBuffers.Plan<TOutput>(output.Tensor, output.Properties))];
        IsRowByRow = inputs.Concat(outputs).Any(static mapped => mapped.Tensor.IsSingleRow);
        HasInputsOfAnyWidth = inputs.Exists(static input => input.Tensor.Width is null);
    }

    /// <summary>Gets a value indicating whether the model takes no more than one row at a time.</summary>
    public bool IsRowByRow { get; }

    /// <summary>Gets a value indicating whether the width of a row is known only from the rows.</summary>
    public bool HasInputsOfAnyWidth { get; }

    /// <summary>
    /// Finds the property of each input and the output of each property, and makes the predictor that they need: of rows, or of calls if something has no rows.
    /// </summary>
    /// <exception cref="ModelMappingException">Something does not fit; it lists all that does not.</exception>
    public static IPredictor<TInput, TOutput> CreatePredictor(LoadedOnnxModel model)
    {
        var faults = new List<MappingFault>();
        var inputs = new InputMapper(model, FeatureProperty.Of<TInput>(),
            static (name, isMapped) => FeatureProperty.FindUnusableMember<TInput>(name, isOutput: false, isMapped), faults).Map();
        var outputs = new OutputMapper(model, FeatureProperty.Of<TOutput>(),
            static (name, isMapped) => FeatureProperty.FindUnusableMember<TOutput>(name, isOutput: true, isMapped), faults).Map(typeof(TOutput));
        if (faults.Count > 0)
        {
            throw new ModelMappingException(model.Source, typeof(TInput), typeof(TOutput), faults);
        }

        return inputs.Concat(outputs).Any(static mapped => mapped.Tensor.IsPerCall || mapped.Properties.Any(static property => property.IsTensor))
            ? new CallPredictor<TInput, TOutput>(model, [.. inputs.Select(CallInputs.Create<TInput>)], [.. outputs.SelectMany(CallOutputs.Create<TOutput>)])
            : new OnnxPredictor<TInput, TOutput>(model, new OnnxMapping<TInput, TOutput>(inputs, outputs));
    }

    public InputBuffer<TInput>[] CreateInputs(int capacity) => Array.ConvertAll(_inputs, create => create(capacity));

    public OutputBuffer<TOutput>[] CreateOutputs(int capacity) => Array.ConvertAll(_outputs, create => create(capacity));
}
