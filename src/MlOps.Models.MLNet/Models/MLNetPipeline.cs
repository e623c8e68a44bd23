using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlOps.Models;

/// <summary>A loaded pipeline and the schema of what it takes. Any number of threads may make row mappers of it; a row mapper and what comes of it is for one caller.</summary>
internal sealed class MLNetPipeline : IDisposable
{
    private readonly ITransformer _transformer;
    private readonly DataViewSchema _schema;
    private int _isDisposed;

    private MLNetPipeline(ITransformer transformer, DataViewSchema schema)
    {
        _transformer = transformer;
        _schema = schema;
    }

    public static MLNetPipeline Load(ModelSource source, Stream stream, IEnumerable<Assembly> assemblies)
    {
        var context = new MLContext();
        foreach (var assembly in assemblies)
        {
            context.ComponentCatalog.RegisterAssembly(assembly);
        }

        ITransformer? transformer = null;
        try
        {
            transformer = context.Model.Load(stream, out var schema);
            var pipeline = new MLNetPipeline(transformer, schema ?? InputSchemas.FromSignature(source));
            pipeline.RequireRowToRow(source);
            return pipeline;
        }
        catch (Exception exception) when (LoadFaults.IsFaultOfFile(exception))
        {
            (transformer as IDisposable)?.Dispose();
            throw new ModelFormatException(source, LoadFaults.Describe(exception), exception) { IsTransient = LoadFaults.IsTransient(exception) };
        }
        catch (ModelFormatException)
        {
            (transformer as IDisposable)?.Dispose();
            throw;
        }
    }

    public IRowToRowMapper CreateMapper() => _transformer.GetRowToRowMapper(_schema);

    public void Dispose()
    {
        // Steps that run TensorFlow or ONNX hold native memory.
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            (_transformer as IDisposable)?.Dispose();
        }
    }

    private void RequireRowToRow(ModelSource source)
    {
        if (!_transformer.IsRowToRowMapper)
        {
            throw new ModelFormatException(
                source, "it has a step that does not map single rows, such as a filter or a forecast. Save a pipeline without it; a forecast needs an IModelLoader of your own.");
        }

        CreateMapper();
    }
}
