namespace MlOps.Models;

/// <summary>A loaded ML.NET model.</summary>
internal sealed class LoadedMLNetModel : ILoadedModel
{
    private readonly ModelSource _source;
    private readonly MLNetPipeline _pipeline;

    public LoadedMLNetModel(ModelSource source, MLNetPipeline pipeline)
    {
        _source = source;
        _pipeline = pipeline;
        Signature = PipelineColumns.Describe(source, pipeline.CreateMapper());
    }

    public ModelSignature Signature { get; }

    public IReadOnlyDictionary<string, ModelTensor> Predict(IReadOnlyDictionary<string, ModelTensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return TensorPrediction.Run(_pipeline.CreateMapper(), inputs);
    }

    public IPredictor<TInput, TOutput> CreatePredictor<TInput, TOutput>()
        where TInput : class
        where TOutput : class, new() => new MLNetPredictor<TInput, TOutput>(_source, _pipeline);

    public void Dispose() => _pipeline.Dispose();
}
