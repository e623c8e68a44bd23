using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using MlOps.Serving;

namespace MlOps.Readme;

internal static class SmallestProgram
{
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddMlOps(builder.Configuration).AddOnnxModels().AddModel<Flower, Species>("iris");
        builder.Services.AddMlOpsProblemDetails();

        var app = builder.Build();
        app.UseExceptionHandler();
        app.MapPost("/predict", async (Flower row, IModel<Flower, Species> model, CancellationToken cancellationToken) =>
            (await model.PredictAsync(row, cancellationToken)).Output.Label);
        return app;
    }
}
