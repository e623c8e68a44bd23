using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MlOps.Storage;

// Writes, reads, lists and deletes artifacts. The store is the folder "mlops-data".
// Another store needs only settings, such as --MlOps:Storage:Provider S3 --MlOps:Storage:S3:Bucket acme-ml.
var builder = Host.CreateApplicationBuilder(args);
builder.Configuration["Logging:LogLevel:Default"] = "Warning";
builder.Services.AddMlOps(builder.Configuration).AddS3Storage().AddAzureBlobStorage();
using var host = builder.Build();
var store = host.Services.GetRequiredService<IArtifactStore>();
Console.WriteLine($"Store: {store}");

// A write is atomic. The result contains the SHA-256 of the content and the ETag of this version of the artifact.
var folder = ArtifactPath.Parse($"sample/{Guid.NewGuid():N}");
var path = folder.Append("notes.txt");
var ifAbsent = new ArtifactWriteOptions { Condition = WriteCondition.IfAbsent };
var written = await store.WriteTextAsync(path, "first", ifAbsent);
Console.WriteLine($"Wrote {path}: ETag {written.ETag}");

// Of several writers with this condition, one succeeds. The others get an exception.
try
{
    await store.WriteTextAsync(path, "second", ifAbsent);
}
catch (ArtifactExistsException exception)
{
    Console.WriteLine($"Refused: {exception.Message}");
}

// Optimistic concurrency: replace the artifact only if it has not changed since it was read.
var ifUnchanged = new ArtifactWriteOptions { Condition = WriteCondition.IfMatch(written.ETag) };
await store.WriteTextAsync(path, "third", ifUnchanged);
Console.WriteLine($"Read: {await store.ReadTextAsync(path)}");

// Lists are in ordinal order.
await store.WriteTextAsync(folder.Append("another.txt"), "text");
await foreach (var entry in store.ListAsync(folder))
{
    Console.WriteLine($"Listed: {entry.Path}, {entry.Size} bytes");
    await store.DeleteAsync(entry.Path);
}
