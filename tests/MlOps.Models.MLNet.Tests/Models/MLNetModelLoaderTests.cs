using MlOps.Testing;

namespace MlOps.Models;

public sealed class MLNetModelLoaderTests : ModelLoaderConformance
{
    protected override IModelLoader CreateLoader() => new MLNetModelLoader();

    protected override Task WriteModelAsync(string folder) => File.WriteAllBytesAsync(Path.Combine(folder, "iris.zip"), IrisModel.ToZip());
}
