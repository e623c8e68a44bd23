using MlOps.Testing;

namespace MlOps.Models;

public sealed class OnnxModelLoaderTests : ModelLoaderConformance
{
    protected override IModelLoader CreateLoader() => new OnnxModelLoader();

    protected override Task WriteModelAsync(string folder)
    {
        File.Copy(ReferenceModel.Iris.File, Path.Combine(folder, "model.onnx"));
        return Task.CompletedTask;
    }
}
