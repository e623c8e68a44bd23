using System.Diagnostics.CodeAnalysis;
using MlOps.Providers;

namespace MlOps.Models;

/// <summary>The mapping of the properties of two types to the inputs and outputs of a model.</summary>
/// <remarks>Instances are immutable. They create the buffers of predictors.</remarks>
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

    /// <summary>Gets a value indicating whether the model accepts only one row at a time.</summary>
    public bool IsRowByRow { get; }

    /// <summary>Gets a value indicating whether an input has rows of variable width.</summary>
    public bool HasInputsOfAnyWidth { get; }

    /// <summary>Maps the properties and creates a predictor: a <see cref="CallPredictor{TInput, TOutput}"/> if a tensor has no rows, otherwise an
    /// <see cref="OnnxPredictor{TInput, TOutput}"/>.</summary>
    /// <exception cref="ModelMappingException">A type does not fit the model.</exception>
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
