using Microsoft.ML;

namespace MlOps.Models;

/// <summary>A temporary folder with the files of a model.</summary>
internal sealed class ModelFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("mlops-mlnet-").FullName;

    public ModelSource Source => new() { Model = "test", Version = 7, Folder = Path, Signature = Signature };

    public ModelSignature? Signature { get; init; }

    public static ModelFolder With(ITransformer model, DataViewSchema? schema, ModelSignature? signature = null)
    {
        var folder = new ModelFolder { Signature = signature };
        new MLContext().Model.Save(model, schema, System.IO.Path.Combine(folder.Path, "model.zip"));
        return folder;
    }

    public static ModelFolder With(byte[] zip, ModelSignature? signature = null)
    {
        var folder = new ModelFolder { Signature = signature };
        File.WriteAllBytes(System.IO.Path.Combine(folder.Path, "model.zip"), zip);
        return folder;
    }

    public Task<ILoadedModel> LoadAsync(MLNetModelOptions? options = null, CancellationToken cancellationToken = default) =>
        new MLNetModelLoader(options).LoadAsync(Source, cancellationToken);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
