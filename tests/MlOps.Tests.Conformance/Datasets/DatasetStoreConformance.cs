using Microsoft.Extensions.DependencyInjection;
using MlOps.Storage;
using MlOps.Testing;

namespace MlOps.Datasets;

/// <summary>Verifies the contract of <see cref="IDatasetStore"/> on an artifact store.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract partial class DatasetStoreConformance
{
    private const string Key = "conformance";
    private readonly List<ServiceProvider> _providers = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("mlops-datasets-").FullName;

    /// <summary>Gets the number of files of the test with many small files.</summary>
    protected virtual int ManyFiles => Soak.Count(reduced: 1_000, full: 10_000);

    private IArtifactStore Store { get; set; } = null!;

    private IDatasetStore Datasets { get; set; } = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        Store = await CreateStoreAsync();
        Datasets = Open(Store);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        foreach (var provider in _providers)
        {
            await provider.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Creates an empty store.</summary>
    protected abstract Task<IArtifactStore> CreateStoreAsync();

    /// <summary>Opens the datasets of a store without cached state, as another process does.</summary>
    private IDatasetStore Open(IArtifactStore store, params ITableReader[] readers)
    {
        var services = new ServiceCollection();
        services.AddMlOps(static options => options.Storage.Provider = Key).AddArtifactStore(Key, _ => store);
        foreach (var reader in readers)
        {
            services.AddSingleton(reader);
        }

        var provider = services.BuildServiceProvider();
        _providers.Add(provider);
        return provider.GetRequiredService<IDatasetStore>();
    }

    /// <summary>Writes a file below the folder of the test.</summary>
    private string Write(string path, string text)
    {
        var file = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }

    /// <summary>Gets a folder below the folder of the test.</summary>
    private string FolderOf(string name) => Path.Combine(_folder, name);

    private async Task<IReadOnlyList<string>> ListBlobsAsync() =>
        await Store.ListAsync(ArtifactPath.Parse("blobs")).Select(static entry => entry.Path.ToString()).ToListAsync();

    private static ArtifactPath BlobOf(Sha256Digest digest) => ArtifactPath.Parse($"blobs/sha256/{digest.ToString()[..2]}/{digest}");

    private static ArtifactPath EventOf(string dataset, long sequence) => ArtifactPath.Parse($"datasets/{dataset}/log/{sequence:D20}.json");
}
