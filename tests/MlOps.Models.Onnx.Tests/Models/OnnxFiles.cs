namespace MlOps.Models;

/// <summary>Loads models from bytes.</summary>
internal static class OnnxFiles
{
    /// <summary>Loads a model from a temporary folder.</summary>
    public static async Task<ILoadedModel> LoadAsync(byte[] model, ModelSignature? signature = null, OnnxModelOptions? options = null)
    {
        var folder = Directory.CreateTempSubdirectory("mlops-onnx-").FullName;
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, "model.onnx"), model);
            return await new OnnxModelLoader(options).LoadAsync(new ModelSource { Model = "test", Version = 3, Folder = folder, Signature = signature });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
