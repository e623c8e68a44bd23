using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MlOps.Models;
using MlOps.Registry;
using MlOps.Serving;

namespace MlOps.Readme;

/// <summary>The code of the guide <c>src/MlOps.Core/Serving/README.md</c>.</summary>
internal static class ServingProgram
{
    public static async Task RunAsync(string folder, TextWriter output)
    {
        await PredictAsync(folder, output);
        await PredictByFileAsync(folder, output);
    }

    private static async Task PredictAsync(string folder, TextWriter output)
    {
        var mlops = Add(folder);

        mlops.AddModel("churn");

        mlops.AddModel<Message, Sentiment>("sentiment", createProcessor: version => new WordCounter(File.ReadAllLines(version.GetPath("words.txt"))));

        mlops.AddModel<Customer, Churn>("churn-typed", static options => options.Model = "churn");
        await using var services = mlops.Services.BuildServiceProvider();
        var registry = services.GetRequiredService<IModelRegistry>();
        await PromoteAsync(registry, "churn", "production", Path.Combine(folder, "first.onnx"));
        await PromoteAsync(registry, "churn", "challenger", Path.Combine(folder, "second.onnx"));
        await PromoteAsync(registry, "churn-acme", "production", Path.Combine(folder, "first.onnx"));
        await PromoteAsync(registry, "sentiment", "production", Path.Combine(folder, "counts.onnx"), Path.Combine(folder, "words.txt"));
        await PredictByTensorsAsync(services.GetRequiredKeyedService<IModel>("churn"), output);
        await PredictByVersionAsync(services.GetRequiredService<IModel<Customer, Churn>>(), new Customer { Age = 40 }, output);
        await PredictForTenantAsync(services.GetRequiredService<IServedModels>(), new Customer { Age = 40 }, output, CancellationToken.None);
        var message = await services.GetRequiredService<IModel<Message, Sentiment>>().PredictAsync(new Message { Text = "a good good message" });
        await output.WriteLineAsync($"sentiment {message.Output.Score}");
    }

    private static async Task PredictByTensorsAsync(IModel model, TextWriter output)
    {
        await model.ReloadAsync();

        var prediction = model.Predict(new Dictionary<string, ModelTensor> { ["age"] = new(new float[] { 40, 20 }, [2, 1]) });
        float[] scores = prediction.Output["score"].AsSpan<float>().ToArray();

        await output.WriteLineAsync($"tensors {string.Join(' ', scores)}");
    }

    private static async Task PredictByVersionAsync(IModel<Customer, Churn> model, Customer customer, TextWriter output)
    {
        var current = await model.PredictAsync(customer);
        var challenger = await model.At("challenger").PredictAsync(customer); // or At("3"), such as a version that the request names

        await output.WriteLineAsync($"production {current.Version.Number}: {current.Output.Score}");
        await output.WriteLineAsync($"challenger {challenger.Version.Number}: {challenger.Output.Score}");
    }

    private static async Task PredictForTenantAsync(IServedModels models, Customer customer, TextWriter output, CancellationToken cancellationToken)
    {
        var acme = await models.AddAsync<Customer, Churn>("churn-acme", options => options.MaxBatchSize = 32, cancellationToken);
        var prediction = await acme.PredictAsync(customer, cancellationToken);
        await models.RemoveAsync("churn-acme", cancellationToken);

        await output.WriteLineAsync($"tenant {prediction.Output.Score}");
        await output.WriteLineAsync(models.Find("churn-acme")?.Name ?? "none");
    }

    private static async Task PredictByFileAsync(string folder, TextWriter output)
    {
        var mlops = Add(folder);
        var file = Path.Combine(folder, "first.onnx");
        mlops.AddModel<Customer, Churn>("churn", options => options.File = file);
        await using var services = mlops.Services.BuildServiceProvider();

        var prediction = await services.GetRequiredService<IModel<Customer, Churn>>().PredictAsync(new Customer { Age = 40 });

        await output.WriteLineAsync($"file {prediction.Output.Score}");
    }

    private static MlOpsBuilder Add(string folder)
    {
        var settings = new Dictionary<string, string?> { ["MlOps:Storage:Provider"] = "Memory", ["MlOps:Serving:CacheFolder"] = Path.Combine(folder, "cache") };
        return new ServiceCollection().AddMlOps(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()).AddOnnxModels();
    }

    private static async Task PromoteAsync(IModelRegistry registry, string model, string alias, params string[] files)
    {
        var version = await registry.RegisterAsync(model, new ModelRegistration { Format = "onnx", Files = files });
        await registry.SetAliasAsync(model, alias, version.Number);
    }

    private sealed class Customer
    {
        public float Age { get; set; }
    }

    private sealed class Churn
    {
        public float Score { get; set; }
    }

    private sealed class Message
    {
        public string Text { get; set; } = "";
    }

    private sealed class Sentiment
    {
        public float Score { get; set; }
    }

    private sealed class WordCounter(string[] words) : IModelProcessor<Message, Sentiment>
    {
        public IReadOnlyList<Message> Samples => [new Message { Text = "good" }];

        public IReadOnlyDictionary<string, ModelTensor> CreateTensors(Message input)
        {
            var counts = Array.ConvertAll(words, word => (float)input.Text.Split(' ').Count(word.Equals));
            return new Dictionary<string, ModelTensor> { ["counts"] = new(counts, [1, counts.Length]) };
        }

        public void ReadTensors(IReadOnlyDictionary<string, ModelTensor> outputs, Message input, Sentiment output) =>
            output.Score = outputs["score"].AsSpan<float>()[0];
    }
}
