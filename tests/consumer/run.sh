#!/usr/bin/env bash
# Uses the packages as a stranger would: the README's program, and a store tested with the published conformance fixture.
# usage: run.sh <folder of packages> <version> <scratch folder outside the repository>
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd) packages=$1 version=$2 scratch=$3
mkdir -p "$scratch"/{program,provider}
cat >"$scratch/NuGet.config" <<C
<configuration>
  <packageSources><add key="local" value="$packages" /></packageSources>
</configuration>
C

# The program is the text in the README, so that the text compiles and runs.
sed -n '/^```csharp$/,/^```$/p' "$here/../../README.md" | sed '/^```/d' >"$scratch/program/Program.cs"
cat >"$scratch/program/Program.csproj" <<C
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <Nullable>enable</Nullable>
    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="MlOps.Core" Version="$version" />
    <PackageReference Include="MlOps.Storage.S3" Version="$version" />
    <PackageReference Include="MlOps.Storage.AzureBlob" Version="$version" />
    <PackageReference Include="Microsoft.Extensions.Configuration.Json" Version="10.0.15" />
    <PackageReference Include="Microsoft.Extensions.DependencyInjection" Version="10.0.15" />
  </ItemGroup>
</Project>
C
(cd "$scratch/program" && dotnet run | tee output && grep -q 'Trained on the data of October.' output && test -d mlops-data/objects)

cp "$here"/*.cs "$scratch/provider/"
cat >"$scratch/provider/Provider.Tests.csproj" <<C
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <Nullable>enable</Nullable>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="MlOps.Core" Version="$version" />
    <PackageReference Include="MlOps.Testing" Version="$version" />
    <PackageReference Include="Microsoft.NET.Test.Sdk" Version="18.11.0" />
    <PackageReference Include="NUnit" Version="5.0.0" />
    <PackageReference Include="NUnit3TestAdapter" Version="6.3.1" />
  </ItemGroup>
</Project>
C
(cd "$scratch/provider" && dotnet test)
