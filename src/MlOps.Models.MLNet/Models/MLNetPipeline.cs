using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MlOps.Models;

/// <summary>A loaded pipeline with its input schema.</summary>
/// <remarks>Instances are thread-safe. The row mappers, and the objects created by them, are not.</remarks>
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
            var pipeline = new MLNetPipeline(transformer, schema ?? DataViewSchemaFactory.FromSignature(source));
            pipeline.RequireRowToRow(source);
            return pipeline;
        }
        catch (Exception exception) when (LoadErrors.IsFaultOfFile(exception))
        {
            (transformer as IDisposable)?.Dispose();
            throw new ModelFormatException(source, LoadErrors.Describe(exception), exception) { IsTransient = LoadErrors.IsTransient(exception) };
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
        // TensorFlow and ONNX steps hold native memory.
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
                source,
                "it has a step that does not map single rows, such as a filter or a forecast. Save a pipeline without this step. "
                + "For a forecast, implement an IModelLoader.");
        }

        CreateMapper();
    }
}
